import type { BacktestResult } from '@gridfleet/shared/domain/backtest';
import type { Market } from '@gridfleet/shared/domain';

/** A result's figures for people, in the order they are read: names and values with units. */
export function backtestFigures(result: BacktestResult, market: Market): [name: string, value: string][] {
  const { base, quote } = market;
  const orNone = (value: string | null, unit = ''): string => (value === null ? '–' : `${value}${unit}`);
  return [
    ['fill model', result.fillModel],
    ['price', `${result.startPrice} → ${result.lastPrice} ${quote}`],
    ['initial base', `${result.initialBase} ${base}`],
    ['buys / sells / cycles', `${result.buys} / ${result.sells} / ${result.cycles}`],
    ['grid profit, gross', `${result.grossGridProfit} ${quote}`],
    ['grid profit, net', `${result.netGridProfit} ${quote}`],
    ['fees', `${result.fees} ${quote}`],
    ['balance', `${result.quote} ${quote} and ${result.base} ${base}`],
    ['equity', `${result.startEquity} → ${result.equity} ${quote}`],
    ['return', `${result.roiPct} % (a year: ${orNone(result.annualisedPct, ' %')})`],
    ['buy and hold', `${result.holdPct} %`],
    ['largest drawdown', `${result.maxDrawdownPct} %`],
    ['Sharpe / Sortino', `${orNone(result.sharpe)} / ${orNone(result.sortino)}`],
    ['time in market', `${result.timeInMarketPct} %`],
    ['open orders', `${result.openBuys.length} buys, ${result.openSells.length} sells`],
  ];
}
