import type { PortfolioResult } from '@gridfleet/shared/domain/backtest';
import type { Page } from '../report/html-page.js';
import { drawdownChart, equityChart, priceChart } from './backtest-charts.js';
import { warningsOf } from './backtest-warnings.js';
import { minute } from './minute.js';
import { LEG_HEADING, legRows, portfolioFigures } from './portfolio-figures.js';

/** Strategies tested side by side as a page: the sum's equity and drawdown, then each with its price and equity. */
export function portfolioPage(result: PortfolioResult): Page {
  const { legs, quote, total } = result;
  const titled = <T extends { title: string }>(symbol: string, chart: T): T => ({
    ...chart,
    title: `${symbol}: ${chart.title}`,
  });
  return {
    title: `Backtest of ${legs.map(({ symbol }) => symbol).join(', ')}`,
    subtitle:
      `${legs.length} strategies, ${minute(result.from)} to ${minute(result.to)} UTC, ` +
      `fill model ${result.fillModel}`,
    warnings: legs.flatMap((leg) => warningsOf(leg).map((warning) => `${leg.symbol}: ${warning}`)),
    charts: [
      titled('Total', equityChart(total, quote)),
      titled('Total', drawdownChart(total)),
      ...legs.flatMap((leg) => [
        titled(leg.symbol, priceChart(leg)),
        titled(leg.symbol, equityChart(leg, quote)),
      ]),
    ],
    tables: [
      { title: 'Strategies', heading: LEG_HEADING, rows: legRows(result) },
      { title: 'Total', heading: ['figure', 'value'], rows: portfolioFigures(result) },
    ],
  };
}
