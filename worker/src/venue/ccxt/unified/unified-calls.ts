import type { Reason } from '@gridfleet/shared/domain';
import { NotSentError, VenueError } from '../../venue-error.js';
import type { FailedPlace } from '../binance-calls.js';
import type { UnifiedErrors } from './load-exchange.js';
import type { UnifiedClient } from './unified-client.js';
import { unifiedError } from './unified-errors.js';

/** Calls of one instance, with what their failures mean. */
export class UnifiedCalls {
  readonly #client: UnifiedClient;
  readonly #errors: UnifiedErrors;

  constructor(client: UnifiedClient, errors: UnifiedErrors) {
    this.#client = client;
    this.#errors = errors;
  }

  explain(error: unknown): VenueError {
    return unifiedError(error, this.#errors);
  }

  can(method: string): boolean {
    const has = (this.#client.has as Record<string, unknown>)[method];
    return has === true || has === 'emulated';
  }

  /** @throws VenueError; VENUE_CANNOT when the library has no such call for this exchange */
  async ask<T>(method: string, call: () => Promise<T>): Promise<T> {
    if (!this.can(method)) {
      throw new VenueError('refused', 'VENUE_CANNOT', `${this.#client.id} has no ${method}`);
    }
    try {
      return await call();
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** @param sent whether anything may have been written */
  failedPlace(error: unknown, sent: boolean): FailedPlace {
    if (error instanceof NotSentError) {
      const reason = { code: error.code, message: error.message };
      return { phase: 'not-sent', reason, ...(error.retryAt === null ? {} : { retryAt: error.retryAt }) };
    }
    const failure = this.explain(error);
    const reason = reasonOf(failure);
    if (!sent) return { phase: 'rejected', reason };
    return { phase: failure.phase === 'ambiguous' ? 'ambiguous' : 'rejected', reason };
  }
}

/** The answer to a placement names no order. */
export function unnamed(): FailedPlace {
  return {
    phase: 'ambiguous',
    reason: { code: 'VENUE_ANSWER_UNREADABLE', message: 'The exchange took the order and named no id.' },
  };
}

function reasonOf({ code, message }: VenueError): Reason {
  return { code, message };
}
