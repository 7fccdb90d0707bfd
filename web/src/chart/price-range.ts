import type { Candle, LevelDto } from '../api/types.js';
import { toPixelNumber } from '../format/money.js';

export interface AxisRange {
  min: number;
  max: number;
}

/** Grid lines drawn at most; those nearest to the price win. */
const MAX_LINES = 120;

/** Pixel range of the price axis: the candles, and the whole grid when wanted, with a margin. */
export function axisRange(
  candles: readonly Candle[],
  levels: readonly LevelDto[],
  wholeGrid: boolean,
): AxisRange | null {
  const prices = candles.flatMap((candle) => [toPixelNumber(candle.low), toPixelNumber(candle.high)]);
  if (wholeGrid || prices.length === 0)
    for (const level of levels) prices.push(toPixelNumber(level.buyPrice), toPixelNumber(level.sellPrice));
  if (prices.length === 0) return null;
  const low = prices.reduce((a, b) => Math.min(a, b));
  const high = prices.reduce((a, b) => Math.max(a, b));
  const margin = (high - low) * 0.06 || high * 0.001 || 1;
  return { min: low - margin, max: high + margin };
}

export interface GridLine {
  price: number;
  /** The side of the order at this price; null when no cell has its order here. */
  side: 'buy' | 'sell' | null;
  /** Whether an order rests there now. */
  resting: boolean;
}

/** One line per distinct level price, nearest to `price` first cut to a drawable number. */
export function gridLines(levels: readonly LevelDto[], price: number | null): GridLine[] {
  const lines = new Map<string, GridLine>();
  for (const level of levels) {
    for (const text of [level.buyPrice, level.sellPrice])
      if (!lines.has(text)) lines.set(text, { price: toPixelNumber(text), side: null, resting: false });
    const known = lines.get(level.price);
    const resting = level.state === 'resting' || (known?.resting ?? false);
    lines.set(level.price, { price: toPixelNumber(level.price), side: level.side, resting });
  }
  const all = [...lines.values()];
  if (all.length <= MAX_LINES) return all;
  const middle = price ?? all[Math.floor(all.length / 2)]?.price ?? 0;
  return all.sort((a, b) => Math.abs(a.price - middle) - Math.abs(b.price - middle)).slice(0, MAX_LINES);
}
