import type { SendGuard } from '../venue.js';
import { NotSentError } from '../venue-error.js';

/** Validity of an order placement: short, because a successor must wait for its end before it may conclude anything. */
export const PLACE_RECV_WINDOW_MS = 2_000;

/** One placement on its way through ccxt down to the socket. */
interface Placement {
  guard: SendGuard;
  written: boolean;
}

/**
 * Placements under way, by client order id: ccxt passes nothing through, so the request itself says which it is. (An
 * async context would, and slows every promise of the process.)
 */
export class Placements {
  readonly #underWay = new Map<string, Placement>();

  /** Runs a placement whose request is guarded at the last moment; tells whether anything may have been written. */
  run<T>(
    clientOrderId: string,
    guard: SendGuard,
    place: () => Promise<T>,
  ): { sent: () => boolean; result: Promise<T> } {
    const placement: Placement = { guard, written: false };
    this.#underWay.set(clientOrderId, placement);
    const result = place().finally(() => {
      if (this.#underWay.get(clientOrderId) === placement) this.#underWay.delete(clientOrderId);
    });
    // The caller awaits it; this only keeps an early failure from being reported as unhandled.
    result.catch(() => undefined);
    return { sent: () => placement.written, result };
  }

  /**
   * The request that places this order is written now.
   * @throws NotSentError UNGUARDED when nobody placed it here, or what the guard throws
   */
  written(clientOrderId: string): void {
    const placement = this.#underWay.get(clientOrderId);
    if (placement === undefined) {
      throw new NotSentError('UNGUARDED', `Order ${clientOrderId} was not placed through a guard.`);
    }
    placement.guard(Date.now(), PLACE_RECV_WINDOW_MS);
    placement.written = true;
  }
}
