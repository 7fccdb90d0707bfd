import type { EngineTimes } from './engine-types.js';
import type { LiveOrder } from './live-order.js';

export interface LookScheduleDeps {
  times: Pick<EngineTimes, 'inspectMs' | 'retryMs'>;
  session: { liveOrders(): readonly LiveOrder[]; inspect(): Promise<void> };
  /** Takes a periodic look's share of the request weight. @returns ms until there is one, 0 for now */
  share(): Promise<number>;
  failed(error: unknown): void;
}

/**
 * When a run compares its books with the venue: at regular intervals, as far as the looks of all strategies behind the
 * address stay within their share of its request weight, and at once when something calls for it.
 */
export class LookSchedule {
  readonly #deps: LookScheduleDeps;
  #due: number;
  /** Whether the next look has a reason of its own: only periodic ones wait for their share. */
  #isCalledFor = false;

  constructor(deps: LookScheduleDeps) {
    this.#deps = deps;
    this.#due = performance.now() + deps.times.inspectMs;
  }

  /** Something calls for a look within so many ms. */
  within(ms: number): void {
    this.#isCalledFor = true;
    this.#due = Math.min(this.#due, performance.now() + ms);
  }

  /** Begins a look when one is due; what it finds, and failures, come later. */
  run(): void {
    const { times, session } = this.#deps;
    if (performance.now() < this.#due) return;
    // Without live orders little can have happened behind our back.
    const calm = session.liveOrders().length === 0 ? 4 : 1;
    this.#due = performance.now() + times.inspectMs * calm;
    const isCalledFor = this.#isCalledFor;
    this.#isCalledFor = false;
    this.#look(isCalledFor).catch((error: unknown) => {
      this.#isCalledFor ||= isCalledFor;
      this.#due = performance.now() + times.retryMs;
      this.#deps.failed(error);
    });
  }

  async #look(isCalledFor: boolean): Promise<void> {
    const wait = isCalledFor ? 0 : await this.#deps.share();
    if (wait > 0) this.#due = Math.min(this.#due, performance.now() + wait);
    else await this.#deps.session.inspect();
  }
}
