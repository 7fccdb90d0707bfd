import { Option, type Command } from 'commander';
import type { BacktestResult, FillModel } from '@gridfleet/shared/domain/backtest';
import type { StrategyConfig } from '@gridfleet/shared/schema';
import { parseFraction } from '../arguments.js';
import { readStrategyConfig } from '../config-file.js';
import { UserError } from '../user-error.js';

interface BacktestFlags {
  config: string;
  candles: string[];
  market?: string;
  fillModel: FillModel;
  feeMaker?: string;
  feeTaker?: string;
  quote?: string;
  base?: string;
  slippage?: string;
  allowGaps?: boolean;
  out?: string;
  json?: boolean;
}

/** Known here as well, so that `--help` need not load the engine. */
const FILL_MODELS: readonly FillModel[] = ['close', 'touch', 'strict', 'path'];

/** A test that can be run, its equity series with as many points as asked for. */
type Test = (seriesPoints?: number) => BacktestResult;

/** A test on candles or, when the files are recordings, on ticks. */
async function testOf(flags: BacktestFlags, config: StrategyConfig): Promise<Test> {
  const { runBacktest, runTickBacktest } = await import('@gridfleet/shared/domain/backtest');
  const { isTickFile, readTicks } = await import('../market-files/read-ticks.js');
  const { backtestSetup } = await import('../backtest/backtest-setup.js');
  const setup = backtestSetup(config, flags.slippage);
  const pointsOf = (seriesPoints?: number) => (seriesPoints === undefined ? {} : { seriesPoints });
  const recordings = flags.candles.filter(isTickFile);
  if (recordings.length === 0) {
    const { readCandles } = await import('../market-files/read-candles.js');
    const candles = await readCandles(flags.candles, flags.allowGaps === true);
    return (points) => runBacktest(setup, candles, { fillModel: flags.fillModel, ...pointsOf(points) });
  }
  if (recordings.length < flags.candles.length)
    throw new UserError('candles (CSV) and recordings (jsonl) cannot be mixed in one backtest');
  const ticks = await readTicks(recordings, config.market);
  return (points) => runTickBacktest(setup, ticks, pointsOf(points));
}

/** Tests a strategy on recorded market data, prints the result and writes the report. */
async function backtest(flags: BacktestFlags): Promise<void> {
  const { feeMaker, feeTaker, quote, base } = flags;
  const config = await readStrategyConfig(flags.config, { feeMaker, feeTaker, quote, base }, flags.market);
  const { BacktestRefused } = await import('@gridfleet/shared/domain/backtest');
  const test = await testOf(flags, config);
  let result: BacktestResult;
  try {
    result = test();
  } catch (error) {
    if (!(error instanceof BacktestRefused)) throw error;
    throw new UserError(`the strategy is refused at the start price:\n${error.message}`, { cause: error });
  }
  if (flags.out !== undefined) {
    const { htmlPage } = await import('../report/html-page.js');
    const { writeUserFile } = await import('../report/write-file.js');
    const { backtestPage, PAGE_POINTS } = await import('../backtest/backtest-page.js');
    await writeUserFile(flags.out, await htmlPage(backtestPage(test(PAGE_POINTS), config.market)));
  }
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const { backtestText } = await import('../backtest/backtest-text.js');
  process.stdout.write(backtestText(result, config.market));
}

function collect(file: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), file];
}

/** Tests a strategy on the past, without an account or a server. */
export function addBacktestCommand(program: Command): void {
  program
    .command('backtest')
    .description('test a strategy on recorded candles')
    .requiredOption('--config <file>', 'strategy config (JSON)')
    .requiredOption(
      '--candles <file>',
      'candles (CSV) or recorded ticks (jsonl), gzip or not; repeatable, joined in order of time',
      collect,
    )
    .addOption(
      new Option('--fill-model <model>', 'when an order counts as filled')
        .choices(FILL_MODELS)
        .default('path'),
    )
    .option('--market <file>', 'trading rules of the market (JSON), in place of those in the config')
    .option('--fee-maker <rate>', 'maker fee as a fraction, e.g. 0.001')
    .option('--fee-taker <rate>', 'taker fee as a fraction, e.g. 0.001')
    .option('--quote <amount>', 'quote to start with (default: what the plan needs)')
    .option('--base <amount>', 'base to start with (default: what the plan needs)')
    .option(
      '--slippage <rate>',
      'what market orders pay beyond the price, as a fraction (default: 0)',
      parseFraction,
    )
    .option('--allow-gaps', 'accept missing candles')
    .option('--out <file>', 'write a report with charts (HTML)')
    .option('--json', 'print JSON')
    .action(backtest);
}
