import { strategyKinds } from '../strategy/registry.js';
import type { Candles } from './candles.js';
import type { BacktestSetup } from './setup.js';

/** Deterministic numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MINUTE_MS = 60_000;

/** For tests only: a random walk of candles around `start`; now and then one jumps at its open. */
export function randomCandles(seed: number, rows: number, start: number, places = 2, swing = 0.01): Candles {
  const random = randomFrom(seed);
  const column = (): Float64Array => new Float64Array(rows);
  const candles = { times: column(), open: column(), high: column(), low: column(), close: column(), places };
  let price = start;
  for (let row = 0; row < rows; row += 1) {
    const jump = random() < 0.1 ? (random() - 0.5) * swing * 4 : 0;
    const open = Math.max(1, Math.round(price * (1 + jump)));
    const close = Math.max(1, Math.round(open * (1 + (random() - 0.5) * swing)));
    const wick = (): number => Math.round(open * random() * random() * swing);
    candles.times[row] = 1_700_000_000_000 + row * MINUTE_MS;
    candles.open[row] = open;
    candles.close[row] = close;
    candles.high[row] = Math.max(open, close) + wick();
    candles.low[row] = Math.max(1, Math.min(open, close) - wick());
    price = close;
  }
  return candles;
}

/** For tests only: rows `[open, high, low, close]` one minute apart, whole units of quote. */
export function candlesOf(rows: readonly (readonly [number, number, number, number])[]): Candles {
  const column = (place: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[place]);
  return {
    times: Float64Array.from(rows, (_, row) => 1_700_000_000_000 + row * MINUTE_MS),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    places: 0,
  };
}

/** For tests only: a range grid on SOL/USDT, fees in quote. */
export function gridSetup(
  params: Record<string, unknown> = {},
  changes: Partial<BacktestSetup> = {},
): BacktestSetup {
  const kind = strategyKinds.get('range-grid');
  if (kind === undefined) throw new Error('range-grid is not registered');
  const strategy = kind.bind({
    lower: '140',
    upper: '170',
    levels: 16,
    quantity: { mode: 'base', value: '1' },
    ...params,
  });
  return {
    kind: 'range-grid',
    strategy,
    market: {
      symbol: 'SOL/USDT',
      type: 'spot',
      base: 'SOL',
      quote: 'USDT',
      tickSize: '0.01',
      stepSize: '0.01',
      minQuantity: '0.01',
      maxQuantity: '900000',
      minNotional: '0',
      active: true,
    },
    fees: { maker: '0.001', taker: '0.001', currency: 'quote' },
    balance: { quote: '100000', base: null },
    ...changes,
  };
}
