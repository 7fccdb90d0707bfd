import { AsyncLocalStorage } from 'node:async_hooks';
import type { SendGuard } from '../venue.js';

/** Validity of an order placement: short, because a successor must wait for its end before it may conclude anything. */
export const PLACE_RECV_WINDOW_MS = 2_000;

/** What travels with one placement through ccxt down to the socket. */
interface SendContext {
  guard: SendGuard;
  written: boolean;
}

export const sending = new AsyncLocalStorage<SendContext>();

/** Runs a placement whose request is guarded at the last moment; tells whether anything may have been written. */
export async function guarded<T>(
  guard: SendGuard,
  place: () => Promise<T>,
): Promise<{ sent: () => boolean; result: Promise<T> }> {
  const context: SendContext = { guard, written: false };
  const result = sending.run(context, place);
  // The caller awaits it; this only keeps an early failure from being reported as unhandled.
  result.catch(() => undefined);
  return Promise.resolve({ sent: () => context.written, result });
}
