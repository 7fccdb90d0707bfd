/**
 * What a failed call to a venue means for the caller.
 * - `refused`: the venue understood and said no; asking the same again is useless
 * - `auth`: key, secret, permission or address
 * - `unavailable`: no clear answer; ask again later, conclude nothing
 * - `limited`: too many requests; wait
 */
export type VenueErrorKind =
  'refused' | 'auth' | 'unavailable' | 'limited' | 'unknown-order' | 'unknown-market';

export class VenueError extends Error {
  constructor(
    readonly kind: VenueErrorKind,
    /** Stable code, e.g. "INSUFFICIENT_FUNDS"; the venue's own code is in the message. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'VenueError';
  }
}

/** Thrown by the send guard: proof that the request was not written. */
export class NotSentError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'NotSentError';
  }
}
