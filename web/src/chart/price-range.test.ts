import { describe, expect, it } from 'vitest';
import type { Candle, LevelDto } from '../api/types.js';
import { axisRange, gridLines } from './price-range.js';

const level = (slot: number, change: Partial<LevelDto> = {}): LevelDto => ({
  slot,
  buyPrice: String(100 + slot),
  sellPrice: String(101 + slot),
  side: 'buy',
  price: String(100 + slot),
  quantity: '1',
  state: 'resting',
  reason: null,
  cycles: 0,
  ...change,
});
const candle: Candle = {
  time: '2026-01-31T12:00:00.000Z',
  open: '104',
  high: '105',
  low: '103',
  close: '104',
  volume: '1',
};

describe('grid on the chart', () => {
  it('draws one line per price, with the side of the order that is there', () => {
    const lines = gridLines([level(0), level(1, { side: 'sell', price: '102' })], 101);
    expect(lines).toEqual([
      { price: 100, side: 'buy', resting: true },
      { price: 101, side: null, resting: false },
      { price: 102, side: 'sell', resting: true },
    ]);
  });

  it('marks a level whose order does not rest', () => {
    expect(gridLines([level(0, { state: 'waiting' })], null)[0]).toMatchObject({
      side: 'buy',
      resting: false,
    });
  });

  it('cuts a huge grid to the lines nearest to the price', () => {
    const levels = Array.from({ length: 999 }, (_, slot) => level(slot));
    const lines = gridLines(levels, 600);
    expect(lines).toHaveLength(120);
    expect(Math.max(...lines.map(({ price }) => Math.abs(price - 600)))).toBeLessThanOrEqual(60);
  });

  it('covers the whole grid only when wanted', () => {
    const levels = [level(0), level(19)];
    const whole = axisRange([candle], levels, true);
    expect(whole?.min).toBeLessThan(100);
    expect(whole?.max).toBeGreaterThan(120);
    const near = axisRange([candle], levels, false);
    expect(near?.min).toBeGreaterThan(102);
    expect(near?.max).toBeLessThan(106);
  });

  it('has no range without candles and levels, and a usable one for a flat price', () => {
    expect(axisRange([], [], true)).toBeNull();
    const flat = axisRange([{ ...candle, high: '104', low: '104' }], [], false);
    expect((flat?.max ?? 0) - (flat?.min ?? 0)).toBeGreaterThan(0);
  });
});
