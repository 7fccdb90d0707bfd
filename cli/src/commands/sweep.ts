import { availableParallelism } from 'node:os';
import { Option, type Command } from 'commander';
import type { SweepJob, SweepRun } from '@gridfleet/shared/domain/backtest';
import { parseCount, parsePercent } from '../arguments.js';
import { readStrategyConfig } from '../config-file.js';
import { UsageError, UserError } from '../user-error.js';
import { addRunOptions, collect, type RunFlags } from './run-options.js';

interface SweepFlags extends RunFlags {
  grid: string;
  threads: number;
  trainPct: number;
  csv?: string;
  out?: string;
  json?: boolean;
  top: number;
}

async function jobOf(flags: SweepFlags): Promise<SweepJob> {
  const { feeMaker, feeTaker, quote, base, grid, fillModel, trainPct } = flags;
  const config = await readStrategyConfig(flags.config, { feeMaker, feeTaker, quote, base }, flags.market);
  const { backtestSetup } = await import('../backtest/backtest-setup.js');
  const { strategy, ...setup } = backtestSetup(config, flags.slippage);
  return { ...setup, params: strategy.params as Record<string, unknown>, grid, fillModel, trainPct };
}

/** The runs of the grid; a grid that cannot be used is a mistake of the command line. */
async function runsOf(job: SweepJob): Promise<SweepRun[]> {
  const { SweepError, sweepRuns } = await import('@gridfleet/shared/domain/backtest');
  try {
    return sweepRuns(job);
  } catch (error) {
    if (!(error instanceof SweepError)) throw error;
    throw new UsageError(`--grid: ${error.message}`, { cause: error });
  }
}

/** Tests a strategy with many combinations of params and ranks them. */
async function sweep(flags: SweepFlags): Promise<void> {
  const { isTickFile } = await import('../market-files/read-ticks.js');
  if (flags.candles.some(isTickFile)) throw new UserError('a sweep runs on candles (CSV), not on recordings');
  const job = await jobOf(flags);
  const runs = await runsOf(job);
  const { readCandles } = await import('../market-files/read-candles.js');
  const { splitAt } = await import('@gridfleet/shared/domain/backtest');
  const candles = await readCandles(flags.candles, flags.allowGaps === true);
  if (splitAt(candles, job.trainPct) < 2)
    throw new UserError(`${job.trainPct} % of ${candles.times.length} candles are too few to rank runs by`);
  const { runSweep } = await import('../sweep/sweep-threads.js');
  const { progressBar } = await import('../sweep/progress-bar.js');
  const bar = progressBar(process.stderr, runs.length);
  const rows = await runSweep(job, runs, candles, flags.threads, bar);
  const { sweepResult } = await import('../sweep/sweep-result.js');
  const result = sweepResult(job, candles, rows);
  const { writeUserFile } = await import('../report/write-file.js');
  if (flags.csv !== undefined) {
    const { sweepCsv } = await import('../sweep/sweep-csv.js');
    await writeUserFile(flags.csv, sweepCsv(result));
  }
  if (flags.out !== undefined) {
    const { htmlPage } = await import('../report/html-page.js');
    const { sweepPage } = await import('../sweep/sweep-page.js');
    await writeUserFile(flags.out, await htmlPage(sweepPage(result, job.market.quote)));
  }
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const { sweepText } = await import('../sweep/sweep-text.js');
  process.stdout.write(sweepText(result, job.market.quote, flags.top));
}

/** Many backtests at once, over a grid of params. */
export function addSweepCommand(program: Command): void {
  const command = program
    .command('sweep')
    .description('test a strategy with many combinations of params, and rank them')
    .requiredOption('--config <file>', 'strategy config (JSON)')
    .requiredOption(
      '--candles <file>',
      'candles (CSV), gzip or not; repeatable, joined in order of time',
      collect,
    )
    .requiredOption(
      '--grid <grid>',
      'params and their values, e.g. "levels=10:100:10,spacing=arithmetic|geometric"',
    );
  addRunOptions(command)
    .option('--train-pct <share>', 'share of the candles that ranks the runs, %', parsePercent, 70)
    .addOption(
      new Option('--threads <n>', 'threads to run on')
        .argParser(parseCount)
        .default(availableParallelism(), 'one for each core'),
    )
    .option('--top <n>', 'rows of the printed table', parseCount, 20)
    .option('--csv <file>', 'write all runs as CSV')
    .option('--out <file>', 'write a report with heat maps (HTML)')
    .option('--json', 'print JSON')
    .action(sweep);
}
