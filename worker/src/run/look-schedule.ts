import type { EngineTimes } from './engine-types.js';
import type { LiveOrder } from './live-order.js';

export interface LookScheduleDeps {
  times: Pick<EngineTimes, 'inspectMs' | 'retryMs'>;
  /** Looks that begin together share what they ask of an account: those of equal phase (any number) do. */
  phase: number;
  session: { liveOrders(): readonly LiveOrder[]; inspect(): Promise<void> };
  /** Takes a periodic look's share of the request weight. @returns ms until there is one, 0 for now */
  share(): Promise<number>;
  failed(error: unknown): void;
}

/** Looks of a strategy are no rarer than so many intervals. */
const MOST_STRETCH = 16;
/** Between the turns of two phases, ms: neighbours are far apart, and all spread over the interval. */
const PHASE_STEP_MS = 3_779;

/**
 * When a run compares its books with the venue: at regular intervals, which grow where the looks of all strategies behind
 * the address would not stay within their share of its request weight, and at once when something calls for it.
 */
export class LookSchedule {
  readonly #deps: LookScheduleDeps;
  #due: number;
  /** Whether the next look has a reason of its own: only periodic ones wait for their share. */
  #isCalledFor = false;
  /** Intervals between two periodic looks: doubled when there was no share left, one less with each look. */
  #stretch = 1;

  constructor(deps: LookScheduleDeps) {
    this.#deps = deps;
    this.#due = this.#inTurn(performance.now(), 1);
  }

  /** When the next look is due, monotonic ms. */
  get due(): number {
    return this.#due;
  }

  /** Something calls for a look within so many ms. */
  within(ms: number): void {
    this.#isCalledFor = true;
    this.#due = Math.min(this.#due, performance.now() + ms);
  }

  /** Begins a look when one is due; what it finds, and failures, come later. */
  run(): void {
    const { session } = this.#deps;
    if (performance.now() < this.#due) return;
    // Without live orders little can have happened behind our back.
    const calm = session.liveOrders().length === 0 ? 4 : 1;
    this.#due = this.#inTurn(performance.now(), Math.max(calm, this.#stretch));
    const isCalledFor = this.#isCalledFor;
    this.#isCalledFor = false;
    this.#look(isCalledFor).catch((error: unknown) => {
      this.#isCalledFor ||= isCalledFor;
      this.#due = performance.now() + this.#deps.times.retryMs;
      this.#deps.failed(error);
    });
  }

  /** The so manieth turn after a moment, monotonic ms. */
  #inTurn(after: number, turns: number): number {
    const { phase, times } = this.#deps;
    const offset = (phase * PHASE_STEP_MS) % times.inspectMs;
    const turn = Math.floor((after - offset) / times.inspectMs);
    return (turn + turns) * times.inspectMs + offset;
  }

  async #look(isCalledFor: boolean): Promise<void> {
    if (isCalledFor) return this.#deps.session.inspect();
    const wait = await this.#deps.share();
    if (wait > 0) {
      // Not the moment there is a share again: thousands wait for it, and each keeps to its own turn.
      this.#stretch = Math.min(MOST_STRETCH, this.#stretch * 2);
      // What has called for a look meanwhile does not wait.
      if (!this.#isCalledFor) this.#due = this.#inTurn(performance.now() + wait, 1);
      return;
    }
    this.#stretch = Math.max(1, this.#stretch - 1);
    await this.#deps.session.inspect();
  }
}
