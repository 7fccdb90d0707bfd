import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dec, decStr, sum, ZERO } from '../numbers/decimal.js';
import { TaxLots, type Disposal, type TaxFill } from './lots.js';

const fill = (side: 'buy' | 'sell', time: number, quantity: string, amount: string, fee = '0'): TaxFill => ({
  side,
  time,
  quantity,
  amount,
  fee,
  feeAsset: 'USDT',
  feeQuote: fee,
});
const bookAll = (lots: TaxLots, fills: readonly TaxFill[]): Disposal[] =>
  fills.flatMap((one) => lots.book(one));

describe('the cost of what is sold', () => {
  const fills = [
    fill('buy', 1, '1', '100', '1'),
    fill('buy', 2, '1', '200', '2'),
    fill('sell', 3, '1.5', '450', '3'),
  ];

  test('is that of the oldest purchases, fees on both sides included', () => {
    const disposals = bookAll(new TaxLots('fifo', 'BTC', false), fills);
    expect(disposals).toEqual([
      {
        acquiredAt: 1,
        disposedAt: 3,
        quantity: '1',
        proceeds: '298',
        cost: '101',
        gain: '197',
        isUnmatched: false,
      },
      {
        acquiredAt: 2,
        disposedAt: 3,
        quantity: '0.5',
        proceeds: '149',
        cost: '101',
        gain: '48',
        isUnmatched: false,
      },
    ]);
  });

  test('is the average of all that is held', () => {
    const disposals = bookAll(new TaxLots('average', 'BTC', false), fills);
    expect(disposals).toEqual([
      {
        acquiredAt: null,
        disposedAt: 3,
        quantity: '1.5',
        proceeds: '447',
        cost: '227.25',
        gain: '219.75',
        isUnmatched: false,
      },
    ]);
  });

  test('of a purchase whose fee was taken in base is spread over what arrived', () => {
    const lots = new TaxLots('fifo', 'BTC', false);
    lots.book({ ...fill('buy', 1, '1', '100'), fee: '0.1', feeAsset: 'BTC', feeQuote: '10' });
    expect(lots.book(fill('sell', 2, '0.9', '90'))).toMatchObject([
      { quantity: '0.9', cost: '100', gain: '-10' },
    ]);
  });

  test('of what nobody bought here is zero, and marked', () => {
    const lots = new TaxLots('fifo', 'BTC', false);
    lots.book(fill('buy', 1, '1', '100'));
    expect(lots.book(fill('sell', 2, '3', '330'))).toMatchObject([
      { quantity: '1', cost: '100', gain: '10', isUnmatched: false },
      { quantity: '2', proceeds: '220', cost: '0', isUnmatched: true },
    ]);
  });

  test('of a short is what buying it back took', () => {
    const lots = new TaxLots('fifo', 'BTC', true);
    expect(lots.book(fill('sell', 1, '2', '200'))).toEqual([]);
    expect(lots.book(fill('buy', 2, '3', '270'))).toMatchObject([
      { acquiredAt: 1, quantity: '2', proceeds: '200', cost: '180', gain: '20' },
    ]);
    expect(lots.book(fill('sell', 3, '1', '95'))).toMatchObject([{ acquiredAt: 2, cost: '90', gain: '5' }]);
  });
});

describe('over any history', () => {
  const history = fc.array(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quantity: fc.integer({ min: 1, max: 10_000 }).map((n) => decStr(dec(String(n)).div(1000))),
      amount: fc.integer({ min: 1, max: 1_000_000 }).map((n) => decStr(dec(String(n)).div(100))),
      fee: fc.integer({ min: 0, max: 500 }).map((n) => decStr(dec(String(n)).div(100))),
    }),
    { minLength: 1, maxLength: 40 },
  );

  test('both methods dispose of what was sold, for what it brought, to the last place', () => {
    fc.assert(
      fc.property(history, (parts) => {
        const fills = parts.map((one, i) => fill(one.side, i, one.quantity, one.amount, one.fee));
        const sold = fills.filter(({ side }) => side === 'sell');
        const brought = sum(sold.map(({ amount, fee }) => dec(amount).minus(fee)));
        for (const method of ['fifo', 'average'] as const) {
          const disposals = bookAll(new TaxLots(method, 'BTC', false), fills);
          expect(decStr(sum(disposals.map((one) => one.quantity)))).toBe(
            decStr(sum(sold.map((one) => one.quantity))),
          );
          expect(decStr(sum(disposals.map((one) => one.proceeds)))).toBe(decStr(brought));
          expect(disposals.every(({ gain, proceeds, cost }) => dec(proceeds).minus(cost).eq(gain))).toBe(
            true,
          );
        }
      }),
    );
  });

  test('both methods end with the same gain once everything is sold', () => {
    fc.assert(
      fc.property(history, (parts) => {
        const bought = parts.map((one, i) => fill('buy', i, one.quantity, one.amount, one.fee));
        const all = sum(bought.map((one) => one.quantity));
        const fills = [...bought, fill('sell', 99, decStr(all), '5000')];
        const gains = (['fifo', 'average'] as const).map((method) =>
          decStr(
            bookAll(new TaxLots(method, 'BTC', false), fills).reduce(
              (total, one) => total.plus(one.gain),
              ZERO,
            ),
          ),
        );
        expect(gains[0]).toBe(gains[1]);
      }),
    );
  });
});
