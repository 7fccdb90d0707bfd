import { Option, type Command } from 'commander';
import type { FillModel } from '@gridfleet/shared/domain/backtest';
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
  json?: boolean;
}

/** Known here as well, so that `--help` need not load the engine. */
const FILL_MODELS: readonly FillModel[] = ['close', 'touch', 'strict', 'path'];

/** Tests a strategy on recorded candles and prints the result. */
async function backtest(flags: BacktestFlags): Promise<void> {
  const { feeMaker, feeTaker, quote, base, slippage } = flags;
  const config = await readStrategyConfig(flags.config, { feeMaker, feeTaker, quote, base }, flags.market);
  const { BacktestRefused, runBacktest } = await import('@gridfleet/shared/domain/backtest');
  const { readCandles } = await import('../market-files/read-candles.js');
  const { backtestSetup } = await import('../backtest/backtest-setup.js');
  const candles = await readCandles(flags.candles, flags.allowGaps === true);
  let result;
  try {
    result = runBacktest(backtestSetup(config, slippage), candles, { fillModel: flags.fillModel });
  } catch (error) {
    if (!(error instanceof BacktestRefused)) throw error;
    throw new UserError(`the strategy is refused at the first close:\n${error.message}`, { cause: error });
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
      'candles (CSV, gzip or not); repeatable, joined in order of time',
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
    .option('--json', 'print JSON')
    .action(backtest);
}
