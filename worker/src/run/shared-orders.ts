import { parseClientOrderId } from '@gridfleet/shared/domain';
import type { VenueAccount, VenueFill } from '../venue/venue.js';
import type { LiveOrder } from './live-order.js';

type Orders = () => ReadonlyMap<string, LiveOrder>;

/**
 * What the runs of this process on one account have in memory of its orders. Each of them sees the orders and trades of
 * all in what the venue lists: what another run looks after need not be looked up in MySQL.
 */
export class SharedOrders {
  readonly #runs = new Map<number, Orders>();
  /** Trades found to be of a run's order: lists overlap, and an order never changes hands. */
  readonly #claimed = new WeakSet<VenueFill>();

  /** @returns how to leave */
  join(strategyId: number, orders: Orders): () => void {
    this.#runs.set(strategyId, orders);
    return () => {
      if (this.#runs.get(strategyId) === orders) this.#runs.delete(strategyId);
    };
  }

  /** Whether a run has this order, and for it the order is not over. */
  hasOpen(clientOrderId: string): boolean {
    const strategyId = parseClientOrderId(clientOrderId)?.strategyId;
    if (strategyId === undefined) return false;
    return this.#runs.get(strategyId)?.().get(clientOrderId)?.row.isFinal === false;
  }

  /** Whether a run has the order of this trade. */
  hasTraded(trade: VenueFill): boolean {
    if (this.#claimed.has(trade)) return true;
    for (const orders of this.#runs.values()) {
      for (const { row } of orders().values()) {
        if (row.exchangeOrderId !== trade.exchangeOrderId || row.market !== trade.market) continue;
        this.#claimed.add(trade);
        return true;
      }
    }
    return false;
  }
}

const known = new WeakMap<VenueAccount, SharedOrders>();

/** @param account as all runs on it have it */
export function sharedOrders(account: VenueAccount): SharedOrders {
  let shared = known.get(account);
  if (shared === undefined) {
    shared = new SharedOrders();
    known.set(account, shared);
  }
  return shared;
}
