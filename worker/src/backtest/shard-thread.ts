import { parentPort, workerData } from 'node:worker_threads';
import {
  BacktestRefused,
  CandleFileError,
  expandSweep,
  parseCandleCsv,
  runBacktest,
  sweepRow,
  type BacktestSetup,
} from '@gridfleet/shared/domain/backtest';
import { parseStrategyConfig, StrategyConfigError } from '@gridfleet/shared/schema';
import type { ShardMessage, ShardWork } from './shard-work.js';

// Entry of a worker thread: computes one shard and posts what it found.

function say(message: ShardMessage): void {
  parentPort?.postMessage(message);
}

function setupOf(config: unknown, slippage: string): BacktestSetup {
  const { kind, ...rest } = parseStrategyConfig(config);
  return { ...rest, kind: kind.kind, slippage };
}

function compute({ request, candles: csv, firstRun, runs }: ShardWork): unknown[] {
  const candles = parseCandleCsv(csv);
  const { fillModel = 'path', slippage = '0', sweep } = request;
  if (sweep === undefined) {
    return [runBacktest(setupOf(request.config, slippage), candles, { fillModel })];
  }
  const options = { fillModel, trainPct: sweep.trainPct ?? 70 };
  return expandSweep(request.config, sweep.grid)
    .slice(firstRun, firstRun + runs)
    .map(({ values, config }, index) => {
      const row = sweepRow(values, setupOf(config, slippage), candles, options);
      say({ type: 'progress', runsDone: index + 1 });
      return row;
    });
}

try {
  say({ type: 'done', results: JSON.stringify(compute(workerData as ShardWork)) });
} catch (error) {
  const isRefused =
    error instanceof BacktestRefused ||
    error instanceof StrategyConfigError ||
    error instanceof CandleFileError;
  const message = error instanceof Error ? error.message : String(error);
  say({ type: 'failed', code: isRefused ? 'BACKTEST_REFUSED' : 'BACKTEST_FAILED', message });
}
