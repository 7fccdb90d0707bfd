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

/** Between the turns of two phases, ms: neighbours are far apart, and all spread over the interval. */
const PHASE_STEP_MS = 3_779;

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
    this.#due = this.#inTurn(1);
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
    this.#due = this.#inTurn(calm);
    const isCalledFor = this.#isCalledFor;
    this.#isCalledFor = false;
    this.#look(isCalledFor).catch((error: unknown) => {
      this.#isCalledFor ||= isCalledFor;
      this.#due = performance.now() + this.#deps.times.retryMs;
      this.#deps.failed(error);
    });
  }

  /** When the turn after so many intervals comes, monotonic ms. */
  #inTurn(intervals: number): number {
    const { phase, times } = this.#deps;
    const offset = (phase * PHASE_STEP_MS) % times.inspectMs;
    const turn = Math.floor((performance.now() - offset) / times.inspectMs);
    return (turn + intervals) * times.inspectMs + offset;
  }

  async #look(isCalledFor: boolean): Promise<void> {
    const wait = isCalledFor ? 0 : await this.#deps.share();
    if (wait > 0) this.#due = Math.min(this.#due, performance.now() + wait);
    else await this.#deps.session.inspect();
  }
}
