import type { Logger } from '@gridfleet/shared/infra';

/** Does some work again and again, never twice at once; a failure is logged and the next turn tries again. */
export class Ticker {
  readonly #what: string;
  readonly #everyMs: number;
  readonly #work: () => Promise<unknown>;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = true;

  constructor(what: string, everyMs: number, work: () => Promise<unknown>, logger: Logger) {
    this.#what = what;
    this.#everyMs = everyMs;
    this.#work = work;
    this.#logger = logger;
  }

  start(): void {
    this.#stopped = false;
    this.poke();
  }

  /** Does the work now, or once more if it is being done. */
  poke(): void {
    if (this.#stopped) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#turn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  async #turn(): Promise<void> {
    const isWanted = (): boolean => this.#again && !this.#stopped;
    do {
      this.#again = false;
      try {
        await this.#work();
      } catch (err) {
        this.#logger.warn({ err }, `notifications: ${this.#what} failed; tried again`);
        this.#again = false;
      }
    } while (isWanted());
    this.#running = null;
    if (!this.#stopped) this.#timer = setTimeout(() => this.poke(), this.#everyMs);
  }
}
