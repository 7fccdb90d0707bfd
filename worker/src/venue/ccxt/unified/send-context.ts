import { AsyncLocalStorage } from 'node:async_hooks';
import type { SendGuard } from '../../venue.js';
import { PLACE_RECV_WINDOW_MS } from '../send-guard.js';

interface SendContext {
  guard: SendGuard;
  written: boolean;
}

/**
 * What travels with one placement through ccxt down to the socket. Every venue names an order in a way of its own, so the
 * request cannot say which it is; the first use makes all promises of the process somewhat slower.
 */
const sending = new AsyncLocalStorage<SendContext>();

/** Runs a placement whose request is guarded at the last moment; tells whether anything may have been written. */
export function guarded<T>(
  guard: SendGuard,
  place: () => Promise<T>,
): { sent: () => boolean; result: Promise<T> } {
  const context: SendContext = { guard, written: false };
  const result = sending.run(context, place);
  // The caller awaits it; this only keeps an early failure from being reported as unhandled.
  result.catch(() => undefined);
  return { sent: () => context.written, result };
}

/** A request that changes something is written now. @throws NotSentError from the guard of the placement it belongs to */
export function written(): void {
  const context = sending.getStore();
  if (context === undefined || context.written) return;
  context.guard(Date.now(), PLACE_RECV_WINDOW_MS);
  context.written = true;
}
