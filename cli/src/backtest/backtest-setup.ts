import type { BacktestSetup } from '@gridfleet/shared/domain/backtest';
import type { StrategyConfig } from '@gridfleet/shared/schema';

/** What the backtester needs of a config. */
export function backtestSetup(config: StrategyConfig, slippage = '0'): BacktestSetup {
  const { kind, strategy, market, fees, balance } = config;
  return { kind: kind.kind, strategy, market, fees, balance, slippage };
}
