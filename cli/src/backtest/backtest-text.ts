import type { BacktestResult } from '@gridfleet/shared/domain/backtest';
import type { Market } from '@gridfleet/shared/domain';
import { textTable } from '../text-table.js';

const MOST_CELLS = 40;

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** The result for people: what was tested, what it earned, and what it risked. */
export function backtestText(result: BacktestResult, market: Market): string {
  const { base, quote } = market;
  const orNone = (value: string | null, unit = ''): string => (value === null ? '–' : `${value}${unit}`);
  const rows: [string, string][] = [
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
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    `${result.kind} on ${result.symbol}, ${result.candles} candles, ${day(result.from)} to ${day(result.to)} UTC`,
    '',
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ];
  if (result.cellCycles.length > 0) {
    const most = [...result.cellCycles].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_CELLS);
    lines.push(
      '',
      textTable(
        ['cell', 'cycles'],
        most.sort((a, b) => a[0] - b[0]).map((row) => row.map(String)),
      ),
    );
  }
  if (result.ended !== null) lines.push('', `Ended ${day(result.ended.time)}: ${result.ended.message}`);
  const warnings = new Map(result.warnings.map(({ code, message }) => [code, message]));
  for (const [code, message] of warnings) lines.push('', `Live it would be refused (${code}): ${message}`);
  return `${lines.join('\n')}\n`;
}
