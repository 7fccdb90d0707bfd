import { describe, expect, it } from 'vitest';
import { orderRow } from '../testing/order-row.js';
import { VenueError } from '../venue/venue-error.js';
import type { VenueAccount } from '../venue/venue.js';
import { liveOrder, type LiveOrder } from './live-order.js';
import { inspectVenue, type Findings } from './reconcile.js';

const DAY_MS = 24 * 3_600_000;
const NOW = 1_790_000_000_000;
const TRADE = { tradeId: 't1', exchangeOrderId: '77', market: 'SOL/USDT' };

/** An exchange that lists no open order, has one trade, and answers each look at an order with this failure. */
function venue(failure: VenueError): VenueAccount {
  const account: Partial<VenueAccount> = {
    openOrders: () => Promise.resolve([]),
    order: () => Promise.reject(failure),
    tradesSince: () => Promise.resolve([TRADE as never]),
  };
  return account as VenueAccount;
}

const aged = (days: number, change: Partial<LiveOrder['row']> = {}): LiveOrder =>
  liveOrder(
    orderRow({ exchangeOrderId: '77', createdAt: new Date(NOW - days * DAY_MS), state: 'open', ...change }),
    [],
  );
const look = (order: LiveOrder, code: string): Promise<Findings> =>
  inspectVenue(
    venue(new VenueError('refused', code, 'as the test wants')),
    'SOL/USDT',
    [order],
    0,
    'ab12',
    () => true,
    NOW,
  );

describe('an order the exchange calls archived', () => {
  it('does not keep the others’ trades from being booked, and is not concluded', async () => {
    for (const order of [aged(1), aged(89.9), aged(200, { filledQuantity: '0.5' })])
      expect(await look(order, 'ORDER_ARCHIVED')).toMatchObject({ trades: [TRADE], reports: [], absent: [] });
  });

  it('is over without a fill once it is as old as archived orders are', async () => {
    const order = aged(90);
    const { reports, absent } = await look(order, 'ORDER_ARCHIVED');
    expect(absent).toEqual([]);
    expect(reports).toMatchObject([
      { clientOrderId: order.row.clientOrderId, state: 'canceled', filledQuantity: order.row.filledQuantity },
    ]);
  });
});

describe('any other failure of a look at an order', () => {
  it('ends the pass: what is not known is not taken as absent', async () => {
    await expect(look(aged(200), 'VENUE_DOWN')).rejects.toMatchObject({ code: 'VENUE_DOWN' });
  });
});
