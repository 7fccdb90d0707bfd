import { AUXILIARY_SLOT } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import type { FillDto } from '../api/types.js';
import { priceChartOptions, type PriceChartInput } from './price-chart-options.js';

const fill = (change: Partial<FillDto>): FillDto => ({
  id: '1',
  orderId: '1',
  strategyId: 1,
  accountId: 1,
  market: 'BTC/USDT',
  slot: 3,
  side: 'buy',
  tradeId: '1',
  price: '100',
  quantity: '0.5',
  amount: '50',
  fee: '0',
  feeAsset: 'USDT',
  feeQuote: '0',
  maker: true,
  time: '2026-01-01T00:00:30.000Z',
  ...change,
});
const words = Object.fromEntries(
  ['price', 'buyFill', 'sellFill', 'wayInOut', 'open', 'high', 'low', 'close', 'quantity'].map((key) => [
    key,
    key,
  ]),
) as unknown as PriceChartInput['words'];
const candle = { open: '99', high: '101', low: '98', close: '100', volume: '1' };
const input = (fills: FillDto[]): PriceChartInput => ({
  candles: [{ time: '2026-01-01T00:00:00.000Z', ...candle }],
  levels: [],
  fills,
  style: 'candles',
  wholeGrid: false,
  currentPrice: null,
  priceText: (text) => text,
  priceLabel: String,
  timeText: String,
  colors: {} as PriceChartInput['colors'],
  words,
  intervalMs: 60_000,
  narrow: false,
});

interface Point {
  symbol?: string;
  detail: string;
}
function points(fills: FillDto[], side: 'buy' | 'sell'): Point[] {
  const { series } = priceChartOptions(input(fills)) as { series: { id: string; data: Point[] }[] };
  return series.find(({ id }) => id === `fills-${side}`)?.data ?? [];
}

describe('fills on the chart', () => {
  it('marks entries and exits apart from the fills of levels', () => {
    const [level, entry] = points([fill({}), fill({ id: '2', slot: AUXILIARY_SLOT })], 'buy');
    expect(level).not.toHaveProperty('symbol');
    expect(entry).toMatchObject({ symbol: 'diamond', detail: '100 × 0.5 · wayInOut' });
  });

  it('leaves out what happened before the first candle', () => {
    expect(points([fill({ side: 'sell', time: '2025-12-31T23:59:00.000Z' })], 'sell')).toEqual([]);
  });
});
