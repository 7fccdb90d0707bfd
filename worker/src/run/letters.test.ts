import type { Market } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { orderRow } from '../testing/order-row.js';
import { FeeValuer } from './fee-valuer.js';
import { LetterReader, type Reader } from './letters.js';
import { liveOrder, type LiveOrder } from './live-order.js';
import type { Findings } from './reconcile.js';

const MARKET: Market = {
  symbol: 'BTC/USDT',
  type: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};

/** The order may be accepted until 4,000 ms; a second of clock difference is allowed on top. */
function setUp(order: LiveOrder, inFlight = false, neverExpires = false): LetterReader {
  const reader = {
    order: () => order,
    orderByExchangeId: () => order,
    market: () => MARKET,
    valuer: new FeeValuer({ quote: () => Promise.reject(new Error('not asked')) } as never),
    neverExpires: () => neverExpires,
    sender: { isInFlight: () => inFlight, validUntil: () => 4_000 },
  } as unknown as Reader;
  return new LetterReader(reader);
}

const absent = (order: LiveOrder): Findings => ({
  reports: [],
  absent: [order],
  trades: [],
  foreign: [],
  orphans: [],
});
const read = (reader: LetterReader, order: LiveOrder, at: number) =>
  reader.inputs({ type: 'findings', findings: absent(order), startedAt: at, cause: 'LOOKUP' }, at);

describe('an order the venue does not know', () => {
  const order = liveOrder(orderRow({ state: 'sent' }), []);

  it('is not given up while the venue may still accept it', async () => {
    const reader = setUp(order);
    for (const at of [1_000, 2_000, 4_000, 4_999]) expect(await read(reader, order, at)).toEqual([]);
  });

  it('is given up after its validity, when two reads apart agree', async () => {
    const reader = setUp(order);
    expect(await read(reader, order, 5_100)).toEqual([]);
    expect(await read(reader, order, 5_200)).toEqual([]);
    const [input] = await read(reader, order, 5_700);
    expect(input).toMatchObject({
      type: 'report',
      report: { state: 'never-sent', refusal: { code: 'NEVER_ACCEPTED' } },
    });
  });

  it('starts counting again when it is found in between', async () => {
    const reader = setUp(order);
    await read(reader, order, 5_100);
    const found = {
      market: 'BTC/USDT',
      clientOrderId: 'gf1',
      exchangeOrderId: '9',
      side: 'buy',
      state: 'open',
      price: '100',
      quantity: '1',
      filledQuantity: '0',
      createdAt: 1,
      fill: null,
      refusal: null,
    } as const;
    await reader.inputs({ type: 'report', report: found }, 5_300);
    expect(await read(reader, order, 5_700)).toEqual([]);
  });

  it('is never given up while its request is under way', async () => {
    const reader = setUp(order, true);
    for (const at of [5_100, 6_000, 7_000]) expect(await read(reader, order, at)).toEqual([]);
  });

  it('is never given up at a venue that accepts requests however late', async () => {
    const reader = setUp(order, false, true);
    for (const at of [5_100, 6_000, 600_000]) expect(await read(reader, order, at)).toEqual([]);
  });

  it('is never given up once the venue has acknowledged it', async () => {
    const open = liveOrder(orderRow({ state: 'open', exchangeOrderId: '5' }), []);
    const reader = setUp(open);
    for (const at of [5_100, 6_000, 7_000]) expect(await read(reader, open, at)).toEqual([]);
  });
});

describe('the outcome of a send', () => {
  const order = liveOrder(orderRow({}), []);
  it('freezes the order when nobody knows', async () => {
    const reason = { code: 'VENUE_TIMEOUT', message: 'no answer' };
    const inputs = await setUp(order).inputs(
      { type: 'outcome', clientOrderId: 'gf1', outcome: { phase: 'ambiguous', reason } },
      1,
    );
    expect(inputs).toMatchObject([{ report: { state: 'sent' } }]);
  });

  it('leaves the intent to the successor when the lease ended before the send', async () => {
    const reason = { code: 'LEASE_ENDING', message: 'lease ends' };
    const outcome = { phase: 'not-sent', reason } as const;
    expect(await setUp(order).inputs({ type: 'outcome', clientOrderId: 'gf1', outcome }, 1)).toEqual([]);
  });
});

describe('fees', () => {
  const trade = {
    market: 'BTC/USDT',
    exchangeOrderId: '5',
    side: 'buy',
    tradeId: '1',
    price: '100',
    quantity: '1',
    quoteQuantity: '100',
    fee: '0.001',
    feeAsset: 'BTC',
    maker: true,
    time: 1,
  } as const;

  it('values a base fee at the price of its fill', async () => {
    const order = liveOrder(orderRow({ exchangeOrderId: '5' }), []);
    const [input] = await setUp(order).inputs({ type: 'trades', trades: [trade] }, 1);
    expect(input).toMatchObject({ report: { fill: { fee: '0.001', feeQuote: '0.1' } } });
  });

  it('books nothing when a third coin has no rate', async () => {
    const order = liveOrder(orderRow({ exchangeOrderId: '5' }), []);
    const letter = { type: 'trades', trades: [{ ...trade, feeAsset: 'BNB' }] } as const;
    await expect(setUp(order).inputs({ type: 'trades', trades: [...letter.trades] }, 1)).rejects.toThrow(
      'not asked',
    );
  });
});
