import type { Command } from 'commander';
import { parseFraction } from '../arguments.js';
import { readMarketRules, readStrategyConfig } from '../config-file.js';
import { UsageError, UserError } from '../user-error.js';
import { collect } from './run-options.js';

interface SuggestFlags {
  candles: string[];
  config?: string;
  market?: string;
  feeMaker?: string;
  allowGaps?: boolean;
  json?: boolean;
}

/** What an order costs where neither an option nor a config says so. */
const USUAL_FEE = '0.001';

/** The market's tick and the fee, from the config or, with `--market` alone, from the market's rules. */
async function termsOf({ config, market, feeMaker }: SuggestFlags): Promise<{ tick: string; fee: string }> {
  if (config !== undefined) {
    const { market: rules, fees } = await readStrategyConfig(config, { feeMaker }, market);
    return { tick: rules.tickSize, fee: fees.maker };
  }
  if (market === undefined) throw new UsageError('suggest needs --market FILE or --config FILE');
  const { tickSize } = await readMarketRules(market);
  return { tick: tickSize, fee: feeMaker ?? USUAL_FEE };
}

/** Suggests a range and a step from how a market has moved. */
async function suggest(flags: SuggestFlags): Promise<void> {
  const { tick, fee } = await termsOf(flags);
  const { suggestGrid, SuggestError } = await import('@gridfleet/shared/domain/backtest');
  const { readCandles } = await import('../market-files/read-candles.js');
  const candles = await readCandles(flags.candles, flags.allowGaps === true);
  try {
    const suggestion = suggestGrid(candles, tick, fee);
    if (flags.json === true) {
      process.stdout.write(`${JSON.stringify(suggestion)}\n`);
      return;
    }
    const { lower, upper, levels, spacing, reasons } = suggestion;
    const lines = reasons.map((reason) => `- ${reason}`).join('\n');
    process.stdout.write(`${JSON.stringify({ lower, upper, levels, spacing })}\n\n${lines}\n`);
  } catch (error) {
    if (!(error instanceof SuggestError)) throw error;
    throw new UserError(`no suggestion: ${error.message}`, { cause: error });
  }
}

/** Range and step from volatility. */
export function addSuggestCommand(program: Command): void {
  program
    .command('suggest')
    .description('suggest a range and a step for a grid from recorded candles')
    .requiredOption(
      '--candles <file>',
      'candles (CSV), gzip or not; repeatable, joined in order of time',
      collect,
    )
    .option('--config <file>', 'strategy config (JSON) with market rules and fees')
    .option('--market <file>', 'trading rules of the market (JSON)')
    .option(
      '--fee-maker <rate>',
      'maker fee as a fraction (default: the config’s, else 0.001)',
      parseFraction,
    )
    .option('--allow-gaps', 'accept missing candles')
    .option('--json', 'print JSON')
    .action(suggest);
}
