import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteUnits } from '../venue/rules.js';
import { toUnits, unitsText } from '../venue/units.js';
import {
  bankruptcyTicks,
  initialMargin,
  liquidationPrice,
  maintenanceMargin,
  maxNotional,
} from './margin.js';
import { notionalAt, unrealised, type Position } from './position.js';
import { loadFuturesRules } from './rules.js';

const rules = loadFuturesRules().get('BTCUSDT');
if (!rules) throw new Error('no rules for BTCUSDT');
const btc = rules;

function positionOf(steps: number, price: number): Position {
  const cost = quoteUnits(btc, price, Math.abs(steps));
  return { rules: btc, side: 'BOTH', steps, cost, isolatedWallet: 0n, realised: 0n, updateTime: 0 };
}

const positions = fc.record({
  steps: fc.integer({ min: 10, max: 900_000 }),
  long: fc.boolean(),
  price: fc.integer({ min: 100_000, max: 2_000_000 }),
  leverage: fc.integer({ min: 2, max: 50 }),
});

describe('margin', () => {
  it('is the notional through the leverage, and the bracket rate less its cum', () => {
    expect(unitsText(initialMargin(toUnits('60000'), 20))).toBe('3000.00000000');
    expect(unitsText(maintenanceMargin(btc, toUnits('50000')))).toBe('200.00000000');
    expect(unitsText(maintenanceMargin(btc, toUnits('100000')))).toBe('450.00000000');
  });

  it('is continuous and grows where one bracket meets the next', () => {
    for (const { cap } of btc.brackets) {
      const at = maintenanceMargin(btc, cap);
      const above = maintenanceMargin(btc, cap + 1n);
      expect(above - at >= -1n && above - at <= 1n).toBe(true);
    }
  });

  it('allows smaller positions at higher leverage', () => {
    const limits = [1, 5, 20, 50, 125].map((leverage) => maxNotional(btc, leverage));
    expect(limits).toEqual([...limits].sort((a, b) => (a > b ? -1 : 1)));
    expect(maxNotional(btc, 126)).toBe(0n);
  });
});

describe('the liquidation price', () => {
  it('of a 10x isolated long of 1 BTC from 60,000 follows the formula of the exchange', () => {
    const position = positionOf(1000, 600_000);
    // (60000 - 6000 - 50) / (1 - 0.005), cum 50 of the second bracket.
    expect(unitsText(liquidationPrice(position, toUnits('6000'))).slice(0, 9)).toBe('54221.105');
  });

  it('is where margin and profit meet the maintenance margin', () => {
    fc.assert(
      fc.property(positions, ({ steps, long, price, leverage }) => {
        const position = positionOf(long ? steps : -steps, price);
        const margin = initialMargin(position.cost, leverage);
        const at = liquidationPrice(position, margin);
        if (at === 0n) return;
        const equity = margin + unrealised(position, at);
        const maintenance = maintenanceMargin(btc, notionalAt(position, at));
        const gap = equity - maintenance;
        // One unit of price is worth the position's size; everything below that is the price's own rounding.
        const tolerance = 2n * BigInt(steps) + 10n;
        expect(gap >= -tolerance && gap <= tolerance).toBe(true);
      }),
    );
  });
});

describe('the bankruptcy price', () => {
  it('leaves nothing of the margin, never less than nothing, to the next tick', () => {
    fc.assert(
      fc.property(positions, ({ steps, long, price, leverage }) => {
        const position = positionOf(long ? steps : -steps, price);
        const margin = initialMargin(position.cost, leverage);
        const ticks = bankruptcyTicks(position, margin);
        const value = quoteUnits(btc, ticks, steps);
        const left = margin + (long ? value - position.cost : position.cost - value);
        expect(left >= 0n && left < quoteUnits(btc, 1, steps)).toBe(true);
      }),
    );
  });
});
