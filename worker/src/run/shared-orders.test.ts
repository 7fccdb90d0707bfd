import { clientOrderId } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { orderRow } from '../testing/order-row.js';
import type { VenueAccount, VenueFill } from '../venue/venue.js';
import { liveOrder, type LiveOrder } from './live-order.js';
import { sharedOrders, SharedOrders } from './shared-orders.js';

const id = (strategyId: number, slot: number): string =>
  clientOrderId({ salt: 'ab12', strategyId, leg: 0, slot, side: 'buy', generation: 1 });
const ordersOf = (...orders: LiveOrder[]): Map<string, LiveOrder> =>
  new Map(orders.map((order) => [order.row.clientOrderId, order]));
const order = (strategyId: number, slot: number, change: Partial<LiveOrder['row']> = {}): LiveOrder =>
  liveOrder(
    orderRow({ clientOrderId: id(strategyId, slot), exchangeOrderId: `x${strategyId}-${slot}`, ...change }),
    [],
  );
const trade = (exchangeOrderId: string, market = 'SOL/USDT'): VenueFill =>
  ({ exchangeOrderId, market }) as VenueFill;

describe('what runs on one account have of its orders', () => {
  it('is known while they run, and not afterwards', () => {
    const shared = new SharedOrders();
    const leave = shared.join(7, () => ordersOf(order(7, 1)));
    expect([shared.hasOpen(id(7, 1)), shared.hasOpen(id(7, 2)), shared.hasOpen(id(8, 1))]).toEqual([
      true,
      false,
      false,
    ]);
    leave();
    expect(shared.hasOpen(id(7, 1))).toBe(false);
  });

  it('is not open when it is over for the run that has it', () => {
    const shared = new SharedOrders();
    shared.join(7, () => ordersOf(order(7, 1, { state: 'canceled', isFinal: true })));
    expect(shared.hasOpen(id(7, 1))).toBe(false);
  });

  it('is that of the newest session of a strategy, whatever the order in which the older one leaves', () => {
    const shared = new SharedOrders();
    const leave = shared.join(7, () => ordersOf());
    shared.join(7, () => ordersOf(order(7, 1)));
    leave();
    expect(shared.hasOpen(id(7, 1))).toBe(true);
  });

  it('tells whose trade it is by the exchange’s id within a market, and remembers', () => {
    const shared = new SharedOrders();
    const leave = shared.join(7, () => ordersOf(order(7, 1)));
    const { market } = order(7, 1).row;
    const mine = trade('x7-1', market);
    expect(shared.hasTraded(mine)).toBe(true);
    expect(shared.hasTraded(trade('x7-1', 'ETH/USDT'))).toBe(false);
    expect(shared.hasTraded(trade('x9', market))).toBe(false);
    leave();
    expect(shared.hasTraded(mine)).toBe(true);
    expect(shared.hasTraded(trade('x7-1', market))).toBe(false);
  });

  it('is one for all who have the same account', () => {
    const account = {} as VenueAccount;
    expect(sharedOrders(account)).toBe(sharedOrders(account));
    expect(sharedOrders(account)).not.toBe(sharedOrders({} as VenueAccount));
  });
});
