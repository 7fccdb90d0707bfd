import type { Reason } from '@gridfleet/shared/domain';
import { VenueError } from '../venue/venue-error.js';
import type { EngineTimes } from './engine-types.js';
import { reasonOf } from './failure-reason.js';

/** So many failures in a row are a loop, and are called one. */
const LOOP = 4;
/** However long an exchange or a limit says to wait, it is asked again after this: gates open early, too, ms. */
const LONGEST_WAIT_MS = 60_000;

export interface Retry {
  waitMs: number;
  /** Why the run waits. */
  reason: Reason;
  /** Whether it has just turned out that it fails again and again. */
  isLoop: boolean;
}

/** When an interrupted run is tried again: later with each failure, or when it was told to. */
export class Retries {
  readonly #times: Pick<EngineTimes, 'retryMs' | 'retryMaxMs'>;
  /** In a row. */
  #failures = 0;

  constructor(times: Pick<EngineTimes, 'retryMs' | 'retryMaxMs'>) {
    this.#times = times;
  }

  wentWell(): void {
    this.#failures = 0;
  }

  after(error: unknown): Retry {
    const { retryMs, retryMaxMs } = this.#times;
    const cause = reasonOf(error);
    const told = toldToWait(error);
    // That the exchange or a limit asks to wait is no failure.
    if (told !== null) return { waitMs: Math.max(retryMs, told), reason: cause, isLoop: false };
    this.#failures += 1;
    const waitMs = Math.min(retryMs * 2 ** Math.min(this.#failures - 1, 10), retryMaxMs);
    if (this.#failures < LOOP) return { waitMs, reason: cause, isLoop: false };
    const seconds = Math.max(1, Math.round(waitMs / 1_000));
    const message = `It failed ${this.#failures} times in a row and is tried again in ${seconds} s. ${cause.code}: ${cause.message}`;
    return { waitMs, reason: { code: 'CRASH_LOOP', message }, isLoop: this.#failures === LOOP };
  }
}

function toldToWait(error: unknown): number | null {
  if (!(error instanceof VenueError) || error.retryAt === null) return null;
  return Math.min(LONGEST_WAIT_MS, Math.max(0, error.retryAt - Date.now()));
}
