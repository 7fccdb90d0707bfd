import { NotSentError } from '../venue/venue-error.js';

/** A node's claim on a strategy while it runs it. */
export interface Lease {
  /** Aborts when the lease is lost or given back. */
  readonly signal: AbortSignal;
  /** Time for which this process surely still owns the run, ms; 0 or less when it does not. */
  remainingMs(): number;
}

/** Allowed difference between our clock and the exchange's, ms. */
export const CLOCK_SKEW_MS = 500;

/**
 * Refuses a send that the exchange might accept after the lease has ended.
 * @throws NotSentError
 */
export function assertLeaseCovers(lease: Lease, validForMs: number): void {
  if (lease.signal.aborted || lease.remainingMs() < validForMs + CLOCK_SKEW_MS) {
    throw new NotSentError(
      'LEASE_ENDING',
      'The lease of this node ends before the order would expire; nothing was sent.',
    );
  }
}
