import { describe, expect, it } from 'vitest';
import { dec } from '../numbers/decimal.js';
import type { Market } from '../market/market.js';
import type { Fill } from '../order/order.js';
import { heldMarket, holdingsChange, needOf, reducesOnly } from './reservation.js';

const SPOT: Market = {
  symbol: 'SOL/USDT',
  type: 'spot',
  base: 'SOL',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '90000',
  minNotional: '5',
  active: true,
};
const LINEAR: Market = { ...SPOT, symbol: 'SOL/USDT:USDT', type: 'linear' };
describe('what an order holds', () => {
  const order = {
    side: 'buy',
    positionSide: 'net',
    reduceOnly: false,
    price: '100',
    quantity: '2',
    filledQuantity: '0.5',
    unitMargin: '20',
  } as const;

  it('is quote for the rest of a BUY, base for the rest of a SELL, nothing for a market order', () => {
    expect(needOf(SPOT, order)).toEqual({ resource: 'USDT', amount: dec('150') });
    expect(needOf(SPOT, { ...order, side: 'sell' })).toEqual({ resource: 'SOL', amount: dec('1.5') });
    expect(needOf(SPOT, { ...order, price: null }).amount.isZero()).toBe(true);
    expect(needOf(SPOT, { ...order, filledQuantity: '2.1' }).amount.isZero()).toBe(true);
  });

  it('is found from the symbol alone', () => {
    expect(needOf(heldMarket('SOL/USDT'), order)).toEqual(needOf(SPOT, order));
    expect(needOf(heldMarket('SOL/USDT:USDT'), order)).toEqual(needOf(LINEAR, order));
  });

  it('is margin for a futures order that opens, and position for one that closes', () => {
    expect(needOf(LINEAR, order)).toEqual({ resource: 'margin:USDT', amount: dec('30') });
    expect(needOf(LINEAR, { ...order, reduceOnly: true, positionSide: 'long' }).resource).toBe(
      'closable:SOL/USDT:USDT:long',
    );
  });
});

describe('a trade', () => {
  const fill: Fill = {
    tradeId: '1',
    price: '100',
    quantity: '2',
    quoteQuantity: '200',
    fee: '0.002',
    feeAsset: 'SOL',
    feeQuote: '0.2',
    maker: true,
    time: 0,
  };
  const changes = (side: 'buy' | 'sell', feeAsset: string): Record<string, string> =>
    Object.fromEntries(
      holdingsChange(SPOT, side, { ...fill, feeAsset }).map((need) => [need.resource, need.amount.toFixed()]),
    );

  it('moves base and quote, and its fee leaves the asset it was taken in', () => {
    expect(changes('buy', 'SOL')).toEqual({ SOL: '1.998', USDT: '-200' });
    expect(changes('sell', 'USDT')).toEqual({ SOL: '-2', USDT: '199.998' });
    expect(changes('sell', 'BNB')).toEqual({ SOL: '-2', USDT: '200', BNB: '-0.002' });
  });
});

describe('REDUCING', () => {
  it.each([
    ['a spot sale', SPOT, 'sell', 'net', false, true],
    ['a spot purchase', SPOT, 'buy', 'net', false, false],
    ['a reduce-only purchase', LINEAR, 'buy', 'net', true, true],
    ['a futures sale that may open a short', LINEAR, 'sell', 'net', false, false],
    ['the sale of a long', LINEAR, 'sell', 'long', false, true],
    ['the purchase of a short', LINEAR, 'buy', 'short', false, true],
    ['the sale of a short', LINEAR, 'sell', 'short', false, false],
  ] as const)('%s reduces: %5$s', (_, market, side, positionSide, reduceOnly, expected) => {
    expect(reducesOnly(market, { side, positionSide, reduceOnly, quantity: '1' })).toBe(expected);
  });
});
