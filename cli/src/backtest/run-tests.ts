import {
  BacktestRefused,
  candleTest,
  tickTest,
  type Candles,
  type FillModel,
  type ReportInput,
  type TickEvent,
} from '@gridfleet/shared/domain/backtest';
import type { StrategyConfig } from '@gridfleet/shared/schema';
import { readCandles } from '../market-files/read-candles.js';
import { isTickFile, readTicks } from '../market-files/read-ticks.js';
import { UserError } from '../user-error.js';
import { backtestSetup } from './backtest-setup.js';
import { filesBySymbol } from './files-by-symbol.js';

export interface TestTerms {
  candles: readonly string[];
  fillModel: FillModel;
  slippage?: string | undefined;
  allowGaps: boolean;
  /** How long an order takes to the exchange, ms; recordings only. */
  latencyMs?: number | undefined;
}

type MarketData = { candles: Candles } | { ticks: TickEvent[] };

async function readMarketData(
  config: StrategyConfig,
  files: readonly string[],
  terms: TestTerms,
): Promise<MarketData> {
  return files.every(isTickFile)
    ? { ticks: await readTicks(files, config.market) }
    : { candles: await readCandles(files, terms.allowGaps) };
}

function runOne(config: StrategyConfig, data: MarketData, terms: TestTerms): ReportInput {
  const { fillModel, slippage, latencyMs } = terms;
  const setup = backtestSetup(config, slippage);
  try {
    return 'ticks' in data
      ? tickTest(setup, data.ticks, latencyMs === undefined ? {} : { latencyMs })
      : candleTest(setup, data.candles, { fillModel });
  } catch (error) {
    if (!(error instanceof BacktestRefused)) throw error;
    throw new UserError(`the strategy on ${config.symbol} is refused at the start price:\n${error.message}`, {
      cause: error,
    });
  }
}

/** Tests each config on the market data of its symbol. @throws UserError naming what is refused or cannot be read */
export async function runTests(configs: readonly StrategyConfig[], terms: TestTerms): Promise<ReportInput[]> {
  const files = filesBySymbol(terms.candles, [...new Set(configs.map(({ symbol }) => symbol))]);
  const recordings = [...files.values()].flat().filter(isTickFile).length;
  if (recordings > 0 && recordings < terms.candles.length)
    throw new UserError('candles (CSV) and recordings (jsonl) cannot be mixed in one backtest');
  if (recordings === 0 && terms.latencyMs !== undefined)
    throw new UserError(
      '--latency-ms is for recordings (jsonl): candles do not say what happens within them',
    );
  const data = new Map<string, MarketData>();
  for (const config of configs) {
    const { symbol } = config;
    if (!data.has(symbol)) data.set(symbol, await readMarketData(config, files.get(symbol) ?? [], terms));
  }
  return configs.map((config) => {
    const known = data.get(config.symbol);
    if (known === undefined) throw new UserError(`${config.symbol} has no market data`);
    return runOne(config, known, terms);
  });
}
