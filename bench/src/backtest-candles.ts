import type { Candles } from '@gridfleet/shared/domain/backtest';

const MINUTE_MS = 60_000;
const START_MS = 1_640_995_200_000;

/** Deterministic numbers in [0, 1): mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Minute candles that swing as Bitcoin's did in January 2022: from 46,000, about 0.06 % between open and close and wicks
 * of half that, drawn back to the middle of the grid so that long runs stay in it. The same for every machine.
 */
export function madeCandles(rows: number): Candles {
  const random = randomFrom(20_220_101);
  const column = (): Float64Array => new Float64Array(rows);
  const candles = {
    times: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    places: 0,
  };
  let price = 46_000;
  for (let row = 0; row < rows; row += 1) {
    const open = Math.round(price);
    const pull = (40_500 - price) * 0.00002;
    const close = Math.round(open + pull + open * (random() - 0.5) * 0.0024);
    const wick = (): number => Math.round(open * random() * 0.0003);
    candles.times[row] = START_MS + row * MINUTE_MS;
    candles.open[row] = open;
    candles.close[row] = close;
    candles.high[row] = Math.max(open, close) + wick();
    candles.low[row] = Math.min(open, close) - wick();
    price = close;
  }
  return candles;
}

/** The candles as a CSV file. */
export function csvOf(candles: Candles): Uint8Array {
  const lines = ['open_time_ms,open,high,low,close,volume'];
  const { times, open, high, low, close } = candles;
  for (let row = 0; row < times.length; row += 1) {
    lines.push(
      `${times[row] ?? 0},${open[row] ?? 0}.0,${high[row] ?? 0}.0,${low[row] ?? 0}.0,${close[row] ?? 0}.0,123456.7891`,
    );
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
