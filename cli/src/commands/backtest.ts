import { Option, type Command } from 'commander';
import type { FillModel, PortfolioResult, ReportInput } from '@gridfleet/shared/domain/backtest';
import { parseFraction } from '../arguments.js';
import { readStrategyConfigs } from '../config-file.js';
import type { Page } from '../report/html-page.js';
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

async function writePage(path: string, page: Page): Promise<void> {
  const { htmlPage } = await import('../report/html-page.js');
  const { writeUserFile } = await import('../report/write-file.js');
  await writeUserFile(path, await htmlPage(page));
}

function printJson(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** One strategy: its result and report. */
async function reportOne(test: ReportInput, flags: BacktestFlags): Promise<void> {
  const { reportOf } = await import('@gridfleet/shared/domain/backtest');
  const { market } = test.setup;
  const result = reportOf(test);
  if (flags.out !== undefined) {
    const { backtestPage, PAGE_POINTS } = await import('../backtest/backtest-page.js');
    await writePage(flags.out, backtestPage(reportOf({ ...test, seriesPoints: PAGE_POINTS }), market));
  }
  if (flags.json === true) {
    printJson(result);
    return;
  }
  const { backtestText } = await import('../backtest/backtest-text.js');
  process.stdout.write(backtestText(result, market));
}

/** Several strategies: the result of each and their sum. */
async function reportAll(tests: readonly ReportInput[], flags: BacktestFlags): Promise<void> {
  const { PortfolioError, portfolioOf } = await import('@gridfleet/shared/domain/backtest');
  let result: PortfolioResult;
  try {
    result = portfolioOf(tests);
  } catch (error) {
    if (!(error instanceof PortfolioError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
  if (flags.out !== undefined) {
    const { PAGE_POINTS } = await import('../backtest/backtest-page.js');
    const { portfolioPage } = await import('../backtest/portfolio-page.js');
    const smooth = portfolioOf(tests.map((test) => ({ ...test, seriesPoints: PAGE_POINTS })));
    await writePage(flags.out, portfolioPage(smooth));
  }
  if (flags.json === true) {
    printJson(result);
    return;
  }
  const { portfolioText } = await import('../backtest/portfolio-text.js');
  process.stdout.write(portfolioText(result));
}

/** Tests strategies on recorded market data, prints the result and writes the report. */
async function backtest(flags: BacktestFlags): Promise<void> {
  const { feeMaker, feeTaker, quote, base } = flags;
  const options = { feeMaker, feeTaker, quote, base };
  const { configs, isList } = await readStrategyConfigs(flags.config, options, flags.market);
  const { runTests } = await import('../backtest/run-tests.js');
  const { candles, fillModel, slippage, allowGaps = false } = flags;
  const tests = await runTests(configs, { candles, fillModel, slippage, allowGaps });
  const [only] = tests;
  if (isList || only === undefined) await reportAll(tests, flags);
  else await reportOne(only, flags);
}

function collect(file: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), file];
}

/** Tests a strategy on the past, without an account or a server. */
export function addBacktestCommand(program: Command): void {
  program
    .command('backtest')
    .description('test strategies on recorded market data')
    .requiredOption('--config <file>', 'strategy config (JSON), or a list of them for several symbols')
    .requiredOption(
      '--candles <file>',
      'candles (CSV) or recorded ticks (jsonl), gzip or not; repeatable: more of one market, or one for each symbol (SYMBOL=FILE)',
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
