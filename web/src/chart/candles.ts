import { dec } from '@gridfleet/shared/domain';
import type { CandleInterval } from '../api/strategies.js';
import type { Candle } from '../api/types.js';

export const INTERVAL_MS: Readonly<Record<CandleInterval, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '5m': 300_000,
};

/** Candles shown at once, and so fetched. */
export const CANDLE_LIMIT = 300;

/** The candles with one more price in them: the last candle grows, or a new one begins. Older prices change nothing. */
export function withPrice(
  candles: readonly Candle[],
  price: string,
  timeMs: number,
  interval: CandleInterval,
): readonly Candle[] {
  const width = INTERVAL_MS[interval];
  const openTime = new Date(Math.floor(timeMs / width) * width).toISOString();
  const last = candles.at(-1);
  if (last && Date.parse(last.time) > Date.parse(openTime)) return candles;
  if (!last || Date.parse(last.time) < Date.parse(openTime)) {
    const opened = { time: openTime, open: price, high: price, low: price, close: price, volume: '0' };
    return [...candles, opened].slice(-CANDLE_LIMIT);
  }
  const high = dec(price).gt(last.high) ? price : last.high;
  const low = dec(price).lt(last.low) ? price : last.low;
  return [...candles.slice(0, -1), { ...last, high, low, close: price }];
}
