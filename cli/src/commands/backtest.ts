import type { Command } from 'commander';
import type { PortfolioResult, ReportInput } from '@gridfleet/shared/domain/backtest';
import { parseLatency } from '../arguments.js';
import { readStrategyConfigs } from '../config-file.js';
import type { Page } from '../report/html-page.js';
import { UserError } from '../user-error.js';
import { addRunOptions, collect, type RunFlags } from './run-options.js';

interface BacktestFlags extends RunFlags {
  out?: string;
  json?: boolean;
  latencyMs?: number;
}

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
  const { candles, fillModel, slippage, allowGaps = false, latencyMs } = flags;
  const tests = await runTests(configs, { candles, fillModel, slippage, allowGaps, latencyMs });
  const [only] = tests;
  if (isList || only === undefined) await reportAll(tests, flags);
  else await reportOne(only, flags);
}

/** Tests a strategy on the past, without an account or a server. */
export function addBacktestCommand(program: Command): void {
  const command = program
    .command('backtest')
    .description('test strategies on recorded market data')
    .requiredOption('--config <file>', 'strategy config (JSON), or a list of them for several symbols')
    .requiredOption(
      '--candles <file>',
      'candles (CSV) or recorded ticks (jsonl), gzip or not; repeatable: more of one market, or one for each symbol (SYMBOL=FILE)',
      collect,
    );
  addRunOptions(command)
    .option(
      '--latency-ms <ms>',
      'how long an order takes to the exchange, on recorded ticks (default: 50)',
      parseLatency,
    )
    .option('--out <file>', 'write a report with charts (HTML)')
    .option('--json', 'print JSON')
    .action(backtest);
}
