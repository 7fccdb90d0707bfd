import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, Decimal, ZERO } from '../numbers/decimal.js';
import type { PositionSide, Side } from '../order/order.js';
import { heldMarket, reducesOnly } from './reservation.js';

const PERPETUAL = heldMarket('SOL/USDT:USDT');

interface Order {
  side: Side;
  quantity: string;
  filledQuantity: string;
}

const anyOrder = fc.record({
  side: fc.constantFrom<Side>('buy', 'sell'),
  quantity: fc.integer({ min: 1, max: 900 }).map((n) => (n / 100).toString()),
});

/** What is open of one side. */
const pending = (orders: readonly Order[], side: Side): Decimal =>
  orders
    .filter((order) => order.side === side)
    .reduce((total, order) => total.plus(order.quantity).minus(order.filledQuantity), ZERO);

describe('what REDUCING lets through', () => {
  it('never makes a one-way position larger or turns it, whichever of the orders fill', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.array(fc.record({ order: anyOrder, share: fc.constantFrom(0, 0.25, 1) }), { maxLength: 30 }),
        (start, asked) => {
          let position = dec(String(start)).div(100);
          const before = position;
          const live: Order[] = [];
          for (const { order, share } of asked) {
            const exposure = () => ({ position, pending: pending(live, order.side) });
            const ask = { ...order, positionSide: 'net' as const, reduceOnly: false };
            if (!reducesOnly(PERPETUAL, ask, exposure)) continue;
            const filled = dec(order.quantity).times(share);
            live.push({ ...order, filledQuantity: filled.toFixed() });
            position = order.side === 'buy' ? position.plus(filled) : position.minus(filled);
            // Whatever still rests may fill, all of it at once.
            const lowest = position.minus(pending(live, 'sell'));
            const highest = position.plus(pending(live, 'buy'));
            expect(Decimal.min(lowest, ZERO).gte(Decimal.min(before, ZERO))).toBe(true);
            expect(Decimal.max(highest, ZERO).lte(Decimal.max(before, ZERO))).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is every order that closes: all of a position, in parts or at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 20 }), (size, parts) => {
        const position = dec(String(-size)).div(100);
        const part = position.neg().div(parts);
        for (let done = 0; done < parts; done += 1) {
          const order = {
            side: 'buy',
            positionSide: 'net',
            reduceOnly: false,
            quantity: part.toFixed(40),
          } as const;
          const rest = { position, pending: part.times(done) };
          const closes = rest.pending.plus(order.quantity).lte(position.neg());
          expect(reducesOnly(PERPETUAL, order, () => rest)).toBe(closes);
        }
        const all = {
          side: 'buy',
          positionSide: 'net',
          reduceOnly: false,
          quantity: position.neg().toFixed(),
        } as const;
        expect(reducesOnly(PERPETUAL, all, () => ({ position, pending: ZERO }))).toBe(true);
      }),
    );
  });

  it.each<[string, Side, PositionSide, boolean, boolean]>([
    ['SOL/USDT', 'sell', 'net', false, true],
    ['SOL/USDT', 'buy', 'net', false, false],
    ['SOL/USDT:USDT', 'buy', 'net', true, true],
    ['SOL/USDT:USDT', 'buy', 'short', false, true],
    ['SOL/USDT:USDT', 'sell', 'short', false, false],
    ['SOL/USDT:USDT', 'sell', 'long', false, true],
  ])(
    'in %s a %s of %s (reduce-only %s) is let through: %s',
    (symbol, side, positionSide, reduceOnly, expected) => {
      const order = { side, positionSide, reduceOnly, quantity: '1' };
      const flat = () => ({ position: ZERO, pending: ZERO });
      expect(reducesOnly(heldMarket(symbol), order, flat)).toBe(expected);
    },
  );
});
