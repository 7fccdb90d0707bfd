import { Coalescer } from '../util/coalesce.js';
import { withMembers } from '../util/with-members.js';
import type { AccountBalance, OrderReport, VenueAccount, VenueFill } from '../venue/venue.js';

/** Everybody who asks while two requests of a kind are under way shares the next one. */
const OPTIONS = { size: Infinity, parallel: 2 } as const;

function shared<R>(read: () => Promise<R>): Coalescer<null, R> {
  return new Coalescer<null, R>(async (keys) => {
    const answer: R = await read();
    return keys.map(() => answer);
  }, OPTIONS);
}

function byMarket<V>(make: (market: string) => V): (market: string) => V {
  const made = new Map<string, V>();
  return (market) => {
    let value = made.get(market);
    if (value === undefined) {
      value = make(market);
      made.set(market, value);
    }
    return value;
  };
}

/** Trades since the earliest time asked for; each is given those of its own. */
function tradesOf(account: VenueAccount, market: string): Coalescer<number, VenueFill[]> {
  return new Coalescer(async (times) => {
    const trades = await account.tradesSince(market, Math.min(...times));
    return times.map((since) => trades.filter((trade) => trade.time >= since));
  }, OPTIONS);
}

/**
 * An account whose strategies share what they read of it: as many as reconcile at the same time, as after a take-over,
 * cost one request. An answer always comes of a request that began after it was asked for; orders are untouched.
 */
export function shareReads(account: VenueAccount): VenueAccount {
  const balances = shared<AccountBalance[]>(() => account.balances());
  const openOrders = byMarket((market) => shared<OrderReport[]>(() => account.openOrders(market)));
  const feeRates = byMarket((market) => shared(() => account.feeRates(market)));
  const trades = byMarket((market) => tradesOf(account, market));
  return withMembers(account, {
    balances: () => balances.ask(null),
    openOrders: (market) => openOrders(market).ask(null),
    feeRates: (market) => feeRates(market).ask(null),
    tradesSince: (market, since) => trades(market).ask(since),
  });
}
