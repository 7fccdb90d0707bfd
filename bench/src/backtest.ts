import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { dec, strategyKinds } from '@gridfleet/shared/domain';
import {
  equityStatistics,
  parseCandleCsv,
  runBacktest,
  simulate,
  sweepRows,
  sweepRuns,
  type BacktestOptions,
  type BacktestSetup,
  type Candles,
  type SweepJob,
  type SweepRun,
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
const COMMAND = fileURLToPath(new URL('../../cli/bin/gridfleet.js', import.meta.url));
const COMMAND_RUNS = 7;
const COMMAND_SECONDS = 0.6;

function gridOf(levels: number): BacktestSetup {
  const [lower, upper] = [String(LOWER), String(UPPER)];
  return setupOf('range-grid', { lower, upper, levels, quantity: { mode: 'base', value: QUANTITY } });
}

function setupOf(name: string, params: Record<string, unknown>): BacktestSetup {
  const kind = strategyKinds.get(name);
  if (kind === undefined) throw new Error(`${name} is not registered`);
  return {
    kind: name,
    strategy: kind.bind(params),
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

type Engine = NonNullable<BacktestOptions['engine']>;

/** Fills, books, equity at every close: what a run computes before anything is printed. */
function test(setup: BacktestSetup, candles: Candles, engine: Engine = 'auto'): number {
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
  const setup = gridOf(levels);
  const fills = [test(setup, candles), plain(levels, candles)];
  if (fills[0] !== fills[1]) throw new Error(`the backtest has ${fills.join(' fills, the plain loop ')}`);
  const rows = candles.times.length;
  const ours = rate(() => test(setup, candles)) * rows;
  const loop = rate(() => plain(levels, candles)) * rows;
  return { bench: name, perSecond: Math.round(ours), ratio: Number((ours / loop).toPrecision(3)) };
}

/** A kind that passes over what it need not see, against itself seeing every event. */
function skipping(name: string, params: Record<string, unknown>, candles: Candles): Measurement {
  const setup = setupOf(name, params);
  const fills = [test(setup, candles, 'machine'), test(setup, candles, 'every-event')];
  if (fills[0] !== fills[1]) throw new Error(`${name} has ${fills.join(' fills, seeing every event ')}`);
  const ours = rate(() => test(setup, candles, 'machine')) * candles.times.length;
  const awake = rate(() => test(setup, candles, 'every-event')) * candles.times.length;
  return {
    bench: `backtest candles, ${name}, passing over what it need not see, against every event`,
    perSecond: Math.round(ours),
    ratio: Number((ours / awake).toPrecision(3)),
  };
}

/** Rows of a sweep, training and rest, against whole results of the same configs without series and fills. */
function sweepRate({ strategy, ...terms }: BacktestSetup, candles: Candles): Measurement {
  const kind = strategyKinds.get(terms.kind);
  if (kind === undefined) throw new Error(`${terms.kind} is not registered`);
  const params = strategy.params as Record<string, unknown>;
  const job: SweepJob = { ...terms, params, grid: 'levels=10:100:1', fillModel: 'path', trainPct: 70 };
  const runs = sweepRuns(job);
  let next = 0;
  const nextRun = (): SweepRun => {
    next = (next + 1) % runs.length;
    const run = runs[next];
    if (run === undefined) throw new RangeError(`no run ${next}`);
    return run;
  };
  const row = (): unknown => sweepRows(job, [nextRun()], candles);
  const single = (): unknown => {
    const setup = { ...terms, strategy: kind.bind(nextRun().config['params']) };
    return runBacktest(setup, candles, { fillModel: 'path', seriesPoints: 0, listFills: false });
  };
  // They share most of their code: without a first round the second to be measured would find it compiled.
  rate(single);
  const rows = rate(row);
  const singles = rate(single);
  return {
    bench: 'sweep rows of 10 to 100 levels, against single runs',
    perSecond: Math.round(rows),
    ratio: Number((rows / singles).toPrecision(3)),
  };
}

/** Whole commands, start of Node.js and reading of the file included; the quickest of a few, as others use the machine. */
function commandRate(csv: Uint8Array, { kind, strategy, market, fees }: BacktestSetup): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'gridfleet-bench-'));
  try {
    const [config, candles] = [join(folder, 'config.json'), join(folder, 'candles.csv')];
    const { tickSize, stepSize } = market;
    const rules = { tickSize, stepSize };
    writeFileSync(
      config,
      JSON.stringify({ kind, symbol: market.symbol, params: strategy.params, market: rules, fees }),
    );
    writeFileSync(candles, csv);
    const args = [COMMAND, 'backtest', '--config', config, '--candles', candles, '--json'];
    const seconds = Array.from({ length: COMMAND_RUNS }, () => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args);
      if (status !== 0) throw new Error(`the command failed: ${stderr.toString()}`);
      return (performance.now() - start) / 1_000;
    });
    const quickest = Math.min(...seconds);
    return {
      bench: `whole backtest commands of ${MONTH} bars, against 0.6 s each`,
      perSecond: Number((1 / quickest).toPrecision(3)),
      ratio: Number((COMMAND_SECONDS / quickest).toPrecision(3)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
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
  const machine = gridOf(20);
  const stepped = rate(() => test(machine, month, 'machine')) * month.times.length;
  const fast = measured[0]?.perSecond ?? NaN;
  measured.push({
    bench: 'backtest candles, 20 levels, event by event, against the fast path',
    perSecond: Math.round(stepped),
    ratio: Number((stepped / fast).toPrecision(3)),
  });
  const quantity = { mode: 'base', value: QUANTITY };
  const ladder = { levels: 10, openDeviation: '0.5', closeDeviation: '0.5', quantity };
  measured.push(
    skipping('ladder-grid', ladder, month),
    skipping('dca', { buys: 10, stepDeviation: '0.5', takeProfit: '0.5', quantity }, month),
  );
  const setup = gridOf(20);
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
  measured.push(sweepRate(setup, month), commandRate(csvOf(madeCandles(MONTH)), setup));
  return measured;
}
