import { codeInfo, type OutcomePhase, type VenueErrorKind } from './error-catalogue.js';

export type { VenueErrorKind } from './error-catalogue.js';

/** A call to a venue failed; the code is one of the catalogue's. */
export class VenueError extends Error {
  /** Until when asking again is useless, ms since epoch; null when nobody said. */
  readonly retryAt: number | null;

  constructor(
    readonly kind: VenueErrorKind,
    /** Stable code, e.g. "INSUFFICIENT_FUNDS"; the venue's own code is in the message. */
    readonly code: string,
    message: string,
    options?: ErrorOptions & { retryAt?: number },
  ) {
    super(message, options);
    this.name = 'VenueError';
    this.retryAt = options?.retryAt ?? null;
  }

  /** What is known about the request; a placement that ended so is concluded by it. */
  get phase(): OutcomePhase {
    return codeInfo(this.code).phase;
  }

  /** What to do about it. */
  get action(): string {
    return codeInfo(this.code).action;
  }
}

/** Proof that a request was not written: thrown by the send guard, the gate, the clock and the host check. */
export class NotSentError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** When trying again may help, ms since epoch; null when time alone does not. */
    readonly retryAt: number | null = null,
  ) {
    super(message);
    this.name = 'NotSentError';
  }
}
