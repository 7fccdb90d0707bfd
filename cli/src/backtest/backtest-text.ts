import type { BacktestResult } from '@gridfleet/shared/domain/backtest';
import type { Market } from '@gridfleet/shared/domain';
import { textTable } from '../text-table.js';
import { backtestFigures } from './backtest-figures.js';
import { warningsOf } from './backtest-warnings.js';
import { minute } from './minute.js';

const MOST_CELLS = 40;

/** The result for people: what was tested, what it earned, and what it risked. */
export function backtestText(result: BacktestResult, market: Market): string {
  const rows = backtestFigures(result, market);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    `${result.kind} on ${result.symbol}, ${result.candles} candles, ${minute(result.from)} to ${minute(result.to)} UTC`,
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
  for (const warning of warningsOf(result)) lines.push('', warning);
  return `${lines.join('\n')}\n`;
}
