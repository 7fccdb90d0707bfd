import { describe, expect, it } from 'vitest';
import type { Candle } from '../api/types.js';
import { CANDLE_LIMIT, withPrice } from './candles.js';

const candle = (time: string, price: string): Candle => ({
  time,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: '1',
});
const noon = '2026-01-31T12:00:00.000Z';

describe('candles that follow the price', () => {
  it('widens the last candle exactly', () => {
    const start = [candle(noon, '100')];
    const up = withPrice(start, '100.00000000000000001', Date.parse(noon) + 5000, '1m');
    expect(up).toHaveLength(1);
    expect(up[0]).toMatchObject({ open: '100', high: '100.00000000000000001', low: '100' });
    expect(withPrice(up, '99.5', Date.parse(noon) + 6000, '1m')[0]).toMatchObject({
      high: '100.00000000000000001',
      low: '99.5',
      close: '99.5',
    });
  });

  it('opens the next candle at its interval boundary', () => {
    const next = withPrice([candle(noon, '100')], '101', Date.parse(noon) + 61_500, '1m');
    expect(next[1]).toMatchObject({ time: '2026-01-31T12:01:00.000Z', open: '101', volume: '0' });
  });

  it('ignores a price that is older than the last candle', () => {
    const candles = [candle(noon, '100')];
    expect(withPrice(candles, '1', Date.parse(noon) - 1, '1m')).toBe(candles);
  });

  it('keeps no more candles than are shown', () => {
    let candles: readonly Candle[] = [];
    for (let second = 0; second < CANDLE_LIMIT + 10; second += 1)
      candles = withPrice(candles, '1', second * 1000, '1s');
    expect(candles).toHaveLength(CANDLE_LIMIT);
  });
});
