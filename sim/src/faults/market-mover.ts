import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { BookSnapshot, Level, Side } from '@gridfleet/shared/domain/matching';
import type { SpotMarket } from '../market/spot-market.js';
import type { SpotOrder } from '../venue/order.js';

/** What of an open order matters here, at spot or futures. */
export type Resting = Pick<SpotOrder, 'side' | 'price' | 'quantity' | 'executed'>;

/** Steps shown at a price the market has jumped to, as many smallest orders. */
const SHOWN_ORDERS = 1000n;

/** Levels of a book that are kept while it is away. */
const KEPT_LEVELS = 5000;

/** What the book shows without the orders of users. */
export function outsideBook(market: SpotMarket, open: readonly Resting[]): BookSnapshot {
  const ours = new Map<Ticks, Steps>();
  for (const { price, quantity, executed } of open) {
    ours.set(price, (ours.get(price) ?? 0) + quantity - executed);
  }
  const levels = (side: Side): Level[] =>
    market.book.depth(side, KEPT_LEVELS).flatMap(([price, quantity]): Level[] => {
      const left = quantity - (ours.get(price) ?? 0);
      return left > 0 ? [[price, left]] : [];
    });
  return { bids: levels('buy'), asks: levels('sell') };
}

/** The market stands at a price: its best bid there, its best ask a tick above. */
export function moveTo(market: SpotMarket, bid: Ticks): void {
  const { step, minQty } = market.rules;
  const shown = Number((minQty * SHOWN_ORDERS) / step) || 1;
  market.quote([bid, shown], [bid + 1, shown]);
  market.flush();
}

/** The bid that is so many percent away from where the market is. @throws RangeError when it has no price. */
export function movedBid(market: SpotMarket, percent: number): Ticks {
  const from = market.best.bid?.[0] ?? market.lastPrice();
  if (from === 0) throw new RangeError(`${market.rules.symbol} has no price yet to move from`);
  return Math.max(1, Math.round(from * (1 + percent / 100)));
}

/**
 * The bid just beyond the nearest price levels of open orders, as many as asked for or there are.
 * @throws RangeError when no order is in the way.
 */
export function bidBeyond(open: readonly Resting[], direction: 'up' | 'down', levels: number): Ticks {
  const side = direction === 'down' ? 'BUY' : 'SELL';
  const prices = [...new Set(open.filter((order) => order.side === side).map(({ price }) => price))];
  prices.sort((a, b) => (direction === 'down' ? b - a : a - b));
  const last = prices[Math.min(levels, prices.length) - 1];
  if (last === undefined) throw new RangeError(`no open ${side} order is in the way of a gap ${direction}`);
  return direction === 'down' ? Math.max(1, last - 2) : last + 1;
}

/** The outside market trades through an order's price, for some steps. */
export function tradeThrough(market: SpotMarket, order: Resting, percent: number): void {
  const left = order.quantity - order.executed;
  const quantity = Math.max(1, Math.floor((left * percent) / 100));
  const beyond = order.side === 'BUY' ? order.price - 1 : order.price + 1;
  market.trade(Math.max(1, beyond), quantity, order.side === 'BUY' ? 'sell' : 'buy');
  market.flush();
}
