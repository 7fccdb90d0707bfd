import type { Reason } from '@gridfleet/shared/domain';
import type { ClockWatch } from '../clock-watch.js';
import { NotSentError, type VenueError } from '../venue-error.js';
import type { BinanceApi } from './binance-codes.js';
import { toVenueError } from './errors.js';
import type { CcxtErrors } from './load-ccxt.js';

/** How an attempt to place something failed. */
export type FailedPlace =
  | { phase: 'not-sent'; reason: Reason; retryAt?: number }
  | { phase: 'rejected'; reason: Reason }
  | { phase: 'ambiguous'; reason: Reason };

/** Calls of one account, with what their failures mean. */
export class BinanceCalls {
  readonly #errors: CcxtErrors;
  readonly #clock: ClockWatch;
  readonly #api: BinanceApi;

  constructor(errors: CcxtErrors, clock: ClockWatch, api: BinanceApi) {
    this.#errors = errors;
    this.#clock = clock;
    this.#api = api;
  }

  explain(error: unknown): VenueError {
    return toVenueError(error, this.#errors, this.#api);
  }

  /** Asks once more after a refused time: every call that comes here may be repeated. */
  async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const failure = this.explain(error);
      if (failure.code !== 'CLOCK_OUT_OF_WINDOW') throw failure;
    }
    try {
      await this.#clock.measure();
      return await call();
    } catch (error) {
      throw this.explain(error);
    }
  }

  /**
   * Places again when the exchange refused the time: it has therefore not looked at the order, which may be sent once
   * more.
   */
  async place<T extends { phase: string; reason?: Reason }>(attempt: () => Promise<T>): Promise<T> {
    const outcome = await attempt();
    if (outcome.phase !== 'rejected' || outcome.reason?.code !== 'CLOCK_OUT_OF_WINDOW') return outcome;
    try {
      await this.#clock.measure();
    } catch {
      // Without the exchange's time a second try would meet the same refusal.
      return outcome;
    }
    return attempt();
  }

  /** @param sent whether anything may have been written */
  failedPlace(error: unknown, sent: boolean): FailedPlace {
    if (error instanceof NotSentError) {
      return {
        phase: 'not-sent',
        reason: { code: error.code, message: error.message },
        ...(error.retryAt === null ? {} : { retryAt: error.retryAt }),
      };
    }
    const failure = this.explain(error);
    const reason = { code: failure.code, message: failure.message };
    // Refused by ccxt's own checks: it never left, and would not leave next time either.
    if (!sent) return { phase: 'rejected', reason };
    return { phase: failure.phase === 'ambiguous' ? 'ambiguous' : 'rejected', reason };
  }

  failedCancel(error: unknown): { phase: 'gone' } | { phase: 'not-sent' | 'ambiguous'; reason: Reason } {
    const failure = this.explain(error);
    const reason = { code: failure.code, message: failure.message };
    if (failure.kind === 'unknown-order') return { phase: 'gone' };
    return { phase: failure.phase === 'not-sent' ? 'not-sent' : 'ambiguous', reason };
  }
}
