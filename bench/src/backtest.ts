import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { dec, strategyKinds } from '@gridfleet/shared/domain';
import {
  equityStatistics,
  parseCandleCsv,
  runBacktest,
  simulate,
  type BacktestSetup,
  type Candles,
} from '@gridfleet/shared/domain/backtest';
import { csvOf, madeCandles } from './backtest-candles.js';
import { plainLoop } from './backtest-plain-loop.js';
import type { Measurement } from './measure.js';

const MONTH = 45_000;
const LOWER = 33_000;
const UPPER = 48_000;
const QUANTITY = '0.01';
const MAKER = '0.0002';
const TAKER = '0.0005';
const FUNDS = { quote: dec('1000000'), base: dec('0') };
const WARM_UP_MS = 300;
const MEASURE_MS = 700;
const CSV_ROWS = 1_000_000;

function setupOf(levels: number): BacktestSetup {
  const kind = strategyKinds.get('range-grid');
  if (kind === undefined) throw new Error('range-grid is not registered');
  return {
    kind: 'range-grid',
    strategy: kind.bind({
      lower: String(LOWER),
      upper: String(UPPER),
      levels,
      quantity: { mode: 'base', value: QUANTITY },
    }),
    market: {
      symbol: 'BTC/USD',
      type: 'spot',
      base: 'BTC',
      quote: 'USD',
      tickSize: '0.01',
      stepSize: '0.0001',
      minQuantity: '0.0001',
      maxQuantity: '9000',
      minNotional: '0',
      active: true,
    },
    fees: { maker: MAKER, taker: TAKER, currency: 'quote' },
    balance: { quote: FUNDS.quote.toFixed(), base: '0' },
  };
}

/** Calls per second of processor time, which other processes on the machine do not change. */
function rate(operation: () => void): number {
  const runFor = (ms: number): number => {
    const start = process.cpuUsage();
    let count = 0;
    let elapsed = 0;
    do {
      operation();
      count += 1;
      const used = process.cpuUsage(start);
      elapsed = (used.user + used.system) / 1_000;
    } while (elapsed < ms);
    return (count / elapsed) * 1_000;
  };
  runFor(WARM_UP_MS);
  return runFor(MEASURE_MS);
}

/** Fills, books, equity at every close: what a run computes before anything is printed. */
function test(setup: BacktestSetup, candles: Candles, engine: 'auto' | 'machine' = 'auto'): number {
  const run = simulate(setup, candles, { fillModel: 'path', engine });
  equityStatistics(setup, FUNDS, run.log, candles);
  return run.log.length - run.startFills;
}

function plain(levels: number, candles: Candles): number {
  const unit = 10 ** candles.places;
  return plainLoop(
    candles,
    LOWER * unit,
    UPPER * unit,
    levels,
    Number(QUANTITY),
    Number(MAKER),
    Number(TAKER),
  ).fills;
}

function compared(name: string, levels: number, candles: Candles): Measurement {
  const setup = setupOf(levels);
  const fills = [test(setup, candles), plain(levels, candles)];
  if (fills[0] !== fills[1]) throw new Error(`the backtest has ${fills.join(' fills, the plain loop ')}`);
  const rows = candles.times.length;
  const ours = rate(() => test(setup, candles)) * rows;
  const loop = rate(() => plain(levels, candles)) * rows;
  return { bench: name, perSecond: Math.round(ours), ratio: Number((ours / loop).toPrecision(3)) };
}

/** Candles of a file, e.g. of a real market, or made ones. */
function monthOf(path: string | undefined): Candles {
  if (path === undefined) return madeCandles(MONTH);
  const raw = readFileSync(path);
  return parseCandleCsv(raw[0] === 0x1f ? gunzipSync(raw) : raw, { allowGaps: true });
}

/**
 * The backtester's speed. `perSecond` is candles (or rows, or runs) per second of processor time; `ratio` compares
 * candles with the plain loop over the same candles (0.2 is five times slower), and others as their name says.
 * @param path candles to measure on, instead of made ones
 */
export function backtestRates(path?: string): Measurement[] {
  const month = monthOf(path);
  const measured = [20, 100].map((levels) =>
    compared(`backtest candles, ${levels} levels, against a plain loop`, levels, month),
  );
  const machine = setupOf(20);
  const stepped = rate(() => test(machine, month, 'machine')) * month.times.length;
  const fast = measured[0]?.perSecond ?? NaN;
  measured.push({
    bench: 'backtest candles, 20 levels, event by event, against the fast path',
    perSecond: Math.round(stepped),
    ratio: Number((stepped / fast).toPrecision(3)),
  });
  const setup = setupOf(20);
  let smallest = NaN;
  for (const rows of [MONTH, MONTH * 10, MONTH * 100]) {
    const candles = madeCandles(rows);
    const perSecond = rate(() => test(setup, candles)) * rows;
    if (rows === MONTH) smallest = perSecond;
    measured.push({
      bench: `backtest candles, ${rows} bars, against ${MONTH} bars`,
      perSecond: Math.round(perSecond),
      ratio: Number((perSecond / smallest).toPrecision(3)),
    });
  }
  const csv = csvOf(madeCandles(CSV_ROWS));
  const rows = rate(() => parseCandleCsv(csv)) * CSV_ROWS;
  // 1 is a million rows in half a second.
  measured.push({
    bench: 'candle CSV rows, against 2 million a second',
    perSecond: Math.round(rows),
    ratio: Number((rows / 2_000_000).toPrecision(3)),
  });
  const runs = rate(() =>
    runBacktest(setup, month, { fillModel: 'path', seriesPoints: 0, listFills: false }),
  );
  const single = rate(() => test(setup, month));
  measured.push({
    bench: 'whole results for a sweep, against the run alone',
    perSecond: Math.round(runs),
    ratio: Number((runs / single).toPrecision(3)),
  });
  return measured;
}
