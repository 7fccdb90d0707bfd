import type { Reason } from '@gridfleet/shared/domain';
import { DeadlineError } from '../util/deadline.js';
import { VenueError } from '../venue/venue-error.js';
import { RunFailure } from './open-run.js';

/** A refusal that waiting does not change: the key or a permission. */
export function isHopeless(error: unknown): boolean {
  return error instanceof VenueError && error.kind === 'auth';
}

/** Answers that may be about the address a request comes from; another address may be allowed. */
const ADDRESS_CODES: ReadonlySet<string> = new Set(['KEY_REFUSED']);

export function isAddressRefusal(error: unknown): error is VenueError {
  return error instanceof VenueError && ADDRESS_CODES.has(error.code);
}

/** What people are told of an error. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof RunFailure) return error.reason;
  if (error instanceof VenueError) return { code: error.code, message: error.message };
  if (error instanceof DeadlineError) return { code: 'DEADLINE', message: error.message };
  return { code: 'INTERRUPTED', message: error instanceof Error ? error.message : String(error) };
}
