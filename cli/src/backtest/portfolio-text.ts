import type { PortfolioResult } from '@gridfleet/shared/domain/backtest';
import { textTable } from '../text-table.js';
import { warningsOf } from './backtest-warnings.js';
import { minute } from './minute.js';
import { LEG_HEADING, legRows, portfolioFigures } from './portfolio-figures.js';

/** Several strategies for people: a row for each, then what they come to together. */
export function portfolioText(result: PortfolioResult): string {
  const figures = portfolioFigures(result);
  const width = Math.max(...figures.map(([name]) => name.length));
  const lines = [
    `${result.legs.length} strategies, ${minute(result.from)} to ${minute(result.to)} UTC`,
    '',
    textTable(LEG_HEADING, legRows(result)),
    '',
    ...figures.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ];
  for (const leg of result.legs)
    for (const warning of warningsOf(leg)) lines.push('', `${leg.symbol}: ${warning}`);
  return `${lines.join('\n')}\n`;
}
