import type { OrderRow } from '@gridfleet/shared/infra';

/** An order row for tests: a resting buy of 1 base at 100. */
export function orderRow(change: Partial<OrderRow>): OrderRow {
  return {
    id: '1',
    strategyId: 1,
    runId: 1,
    accountId: 1,
    leg: 0,
    market: 'BTC/USDT',
    positionSide: 'net',
    slot: 0,
    side: 'buy',
    generation: 1,
    clientOrderId: 'gf1',
    exchangeOrderId: null,
    type: 'limit',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    price: '100',
    quantity: '1',
    filledQuantity: '0',
    filledQuote: '0',
    unitMargin: null,
    state: 'intent',
    isFinal: false,
    reasonCode: null,
    reasonMessage: null,
    fence: '1',
    version: 0,
    notAfter: new Date(4_000),
    createdAt: new Date(0),
    updatedAt: new Date(0),
    ...change,
  };
}
