import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, Decimal, ZERO } from '../numbers/decimal.js';
import type { Fill, PositionSide, Side } from '../order/order.js';
import { marginAsset, marginChange, marginResource, unitMargin } from './margin.js';
import { heldMarket, needOf, type ReservingOrder } from './reservation.js';

const PERPETUAL = heldMarket('SOL/USDT:USDT');
const TERMS = { leverage: 5, takerRate: '0.0005' };

const order = (change: Partial<ReservingOrder> = {}): ReservingOrder => ({
  side: 'buy',
  positionSide: 'net',
  reduceOnly: false,
  price: '100',
  quantity: '2',
  filledQuantity: '0',
  unitMargin: '20.05',
  ...change,
});
const fill = (change: Partial<Fill> = {}): Fill => ({
  tradeId: '1',
  price: '100',
  quantity: '2',
  quoteQuantity: '200',
  fee: '0.04',
  feeAsset: 'USDT',
  feeQuote: '0.04',
  maker: true,
  time: 0,
  ...change,
});

describe('the margin of a base unit', () => {
  it('is its share of the price and the taker’s fee', () => {
    expect(unitMargin(dec('100'), TERMS).toFixed()).toBe('20.05');
    expect(unitMargin(dec('100'), { leverage: 1, takerRate: '0' }).toFixed()).toBe('100');
  });

  it('is rounded up, in what the database stores exactly', () => {
    expect(unitMargin(dec('1'), { leverage: 3, takerRate: '0' }).toFixed()).toBe('0.333333333333333334');
  });

  it('never covers less than price, leverage and fee ask for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 1, max: 125 }),
        fc.integer({ min: 0, max: 100 }),
        (digits, places, leverage, fee) => {
          const price = new Decimal(digits).div(new Decimal(10).pow(places));
          const takerRate = new Decimal(fee).div(100_000).toFixed();
          const unit = unitMargin(price, { leverage, takerRate });
          expect(unit.decimalPlaces()).toBeLessThanOrEqual(18);
          expect(unit.minus(price.times(takerRate)).times(leverage).gte(price)).toBe(true);
          expect(unit.minus(price.div(leverage)).minus(price.times(takerRate)).lte('2e-18')).toBe(true);
        },
      ),
    );
  });
});

describe('what an order on a contract holds', () => {
  it('is margin for what is still open of it, a market order’s too', () => {
    expect(needOf(PERPETUAL, order())).toEqual({ resource: 'margin:USDT', amount: dec('40.1') });
    expect(needOf(PERPETUAL, order({ filledQuantity: '1.5' })).amount.toFixed()).toBe('10.025');
    expect(needOf(PERPETUAL, order({ price: null })).amount.toFixed()).toBe('40.1');
    expect(needOf(PERPETUAL, order({ filledQuantity: '2.1' })).amount.isZero()).toBe(true);
  });

  it('is no margin when it closes', () => {
    expect(needOf(PERPETUAL, order({ unitMargin: null })).amount.isZero()).toBe(true);
    const reducing = needOf(PERPETUAL, order({ reduceOnly: true, unitMargin: null }));
    expect(marginAsset(reducing.resource)).toBeNull();
  });

  it('is kept under the name of its asset', () => {
    expect(marginResource('USDC')).toBe('margin:USDC');
    expect(marginAsset('margin:USDC')).toBe('USDC');
    expect(marginAsset('USDC')).toBeNull();
  });
});

describe('a trade of a contract', () => {
  const change = (of: Partial<ReservingOrder>, leverage: number | null = 5, traded: Partial<Fill> = {}) =>
    marginChange(PERPETUAL, order(of), fill(traded), leverage).amount.toFixed();

  it('that opens takes what its order held', () => {
    expect(change({})).toBe('-40.1');
    expect(change({}, 5, { quantity: '0.5', quoteQuantity: '50' })).toBe('-10.025');
  });

  it('that closes frees the margin of what it closed, less its fee', () => {
    expect(change({ side: 'sell', reduceOnly: true, unitMargin: null })).toBe('39.96');
    expect(change({ side: 'sell', positionSide: 'long', unitMargin: null })).toBe('39.96');
  });

  it('frees nothing when nobody knows whether it closed, or with which leverage', () => {
    expect(change({ side: 'sell', unitMargin: null })).toBe('-0.04');
    expect(change({ side: 'sell', reduceOnly: true, unitMargin: null }, null)).toBe('-0.04');
    const paidElsewhere = { fee: '0.001', feeAsset: 'BNB' };
    expect(change({ side: 'sell', reduceOnly: true, unitMargin: null }, null, paidElsewhere)).toBe('0');
  });

  it('never leaves more free by opening: what an order held goes to its position, in parts or at once', () => {
    const part = fc.integer({ min: 1, max: 50 });
    const sides = fc.constantFrom<[Side, PositionSide]>(['buy', 'net'], ['sell', 'net'], ['buy', 'long']);
    fc.assert(
      fc.property(
        sides,
        fc.array(part, { minLength: 1, maxLength: 12 }),
        part,
        ([side, on], parts, price) => {
          const quantity = parts.reduce((all, each) => all + each, 0);
          const unit = unitMargin(dec(String(price)).div(7).toDecimalPlaces(6), TERMS).toFixed();
          let now = order({ side, positionSide: on, quantity: String(quantity), unitMargin: unit });
          let left = ZERO;
          let filled = 0;
          const start = needOf(PERPETUAL, now).amount;
          for (const each of parts) {
            const traded = fill({ quantity: String(each), quoteQuantity: String(each * price) });
            left = left.plus(marginChange(PERPETUAL, now, traded, 5).amount);
            filled += each;
            now = { ...now, filledQuantity: String(filled) };
            // Free = total - reserved: what was reserved at first is either still held or taken.
            expect(left.minus(needOf(PERPETUAL, now).amount).lte(start.neg())).toBe(true);
          }
          expect(needOf(PERPETUAL, now).amount.isZero()).toBe(true);
          // Each part rounds by less than the last of 18 decimals.
          expect(left.plus(start).abs().lte(dec('0.000000000000000001').times(parts.length))).toBe(true);
        },
      ),
    );
  });
});
