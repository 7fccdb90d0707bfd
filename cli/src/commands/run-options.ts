import { Option, type Command } from 'commander';
import type { FillModel } from '@gridfleet/shared/domain/backtest';
import { parseFraction } from '../arguments.js';

/** What every command takes that runs a strategy over recorded market data. */
export interface RunFlags {
  config: string;
  candles: string[];
  fillModel: FillModel;
  market?: string;
  feeMaker?: string;
  feeTaker?: string;
  quote?: string;
  base?: string;
  slippage?: string;
  allowGaps?: boolean;
}

/** Known here as well, so that `--help` need not load the engine. */
const FILL_MODELS: readonly FillModel[] = ['close', 'touch', 'strict', 'path'];

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

/** Adds how orders fill, what they cost and what the strategy starts with. */
export function addRunOptions(command: Command): Command {
  return command
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
    .option('--allow-gaps', 'accept missing candles');
}
