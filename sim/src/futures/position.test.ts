import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteUnits } from '../venue/rules.js';
import { toUnits, unitsText } from '../venue/units.js';
import { changeOf, emptyPosition, entryPrice, unrealised, type Position } from './position.js';
import { loadFuturesRules } from './rules.js';

const rules = loadFuturesRules().get('BTCUSDT');
if (!rules) throw new Error('no rules for BTCUSDT');
const btc = rules;

/** Trades a position by hand; above zero buys. */
function trade(position: Position, signed: number, price: number): bigint {
  const change = changeOf(position, signed, price);
  position.steps += signed;
  position.cost += change.costOpened - change.costClosed;
  return change.realised;
}

describe('a position', () => {
  it('averages what it adds and realises against the average what it takes off', () => {
    const position = emptyPosition(btc, 'BOTH');
    trade(position, 10, 600_000);
    trade(position, 10, 620_000);
    expect(unitsText(entryPrice(position))).toBe('61000.00000000');
    expect(unitsText(trade(position, -5, 630_000))).toBe('10.00000000');
    expect(unitsText(entryPrice(position))).toBe('61000.00000000');
    expect(unitsText(unrealised(position, toUnits('60000')))).toBe('-15.00000000');
  });

  it('flips through zero: the old side is realised, the new one starts at the price of the trade', () => {
    const position = emptyPosition(btc, 'BOTH');
    trade(position, 10, 600_000);
    expect(unitsText(trade(position, -25, 610_000))).toBe('10.00000000');
    expect(position.steps).toBe(-15);
    expect(unitsText(entryPrice(position))).toBe('61000.00000000');
    expect(unitsText(unrealised(position, toUnits('60000')))).toBe('15.00000000');
  });

  it('loses nothing to rounding: money moved is profit realised less the cost still open', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            signed: fc.integer({ min: -500, max: 500 }).filter((steps) => steps !== 0),
            price: fc.integer({ min: 400_000, max: 900_000 }),
          }),
          { minLength: 1, maxLength: 40 },
        ),
        (trades) => {
          const position = emptyPosition(btc, 'BOTH');
          let moved = 0n;
          let realised = 0n;
          for (const { signed, price } of trades) {
            moved -= BigInt(Math.sign(signed)) * quoteUnits(btc, price, Math.abs(signed));
            realised += trade(position, signed, price);
          }
          const open = BigInt(Math.sign(position.steps)) * position.cost;
          expect(realised).toBe(moved + open);
          expect(position.cost >= 0n).toBe(true);
          if (position.steps === 0) expect(position.cost).toBe(0n);
        },
      ),
    );
  });
});
