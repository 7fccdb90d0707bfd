import type { BacktestResult } from '@gridfleet/shared/domain/backtest';
import type { Market } from '@gridfleet/shared/domain';
import type { Page, PageChart, PageTable } from '../report/html-page.js';
import { BUY, drawdownChart, equityChart, priceChart } from './backtest-charts.js';
import { backtestFigures } from './backtest-figures.js';
import { minute } from './minute.js';
import { warningsOf } from './backtest-warnings.js';

/** Points of the curves on a page; more are not seen. */
export const PAGE_POINTS = 2_000;
/** Cycles by cell; a range grid's cells are all there, named by the level they buy at. */
function cyclesByName(result: BacktestResult): [name: string, cycles: number][] {
  if (result.kind !== 'range-grid')
    return result.cellCycles.map(([cell, cycles]) => [`cell ${cell}`, cycles]);
  const counts = new Map(result.cellCycles);
  const within = result.levels
    .slice(0, -1)
    .map((level, cell): [string, number] => [level, counts.get(cell) ?? 0]);
  // A grid that has moved has cells beyond the levels it began with.
  const beyond = result.cellCycles.filter(([cell]) => cell < 0 || cell >= within.length);
  return [...within, ...beyond.map(([cell, cycles]): [string, number] => [`cell ${cell}`, cycles])];
}

function cyclesChart(result: BacktestResult): PageChart {
  const cycles = cyclesByName(result);
  return {
    title: 'Cycles per level',
    height: 300,
    option: {
      tooltip: {},
      grid: { left: 60, right: 30, top: 20, bottom: 60 },
      xAxis: { type: 'category', data: cycles.map(([name]) => name) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        {
          type: 'bar',
          name: 'cycles',
          itemStyle: { color: BUY },
          data: cycles.map(([, count]) => count),
        },
      ],
    },
  };
}

function openOrders(result: BacktestResult): PageTable {
  return {
    title: 'Open orders at the end',
    heading: ['side', 'price', 'quantity'],
    rows: [...result.openOrders].reverse().map(({ side, price, quantity }) => [side, price, quantity]),
  };
}

/**
 * A backtest as a page: price with levels and fills, equity against holding, drawdown, cycles, every figure.
 * @param result with the fills, and `PAGE_POINTS` points of equity for smooth curves
 */
export function backtestPage(result: BacktestResult, market: Market): Page {
  return {
    title: `Backtest: ${result.kind} on ${result.symbol}`,
    subtitle:
      `${result.candles} ${result.fillModel === 'ticks' ? 'events' : 'candles'}, ` +
      `${minute(result.from)} to ${minute(result.to)} UTC, fill model ${result.fillModel}`,
    warnings: warningsOf(result),
    charts: [
      priceChart(result),
      equityChart(result, market.quote),
      drawdownChart(result),
      cyclesChart(result),
    ],
    tables: [
      { title: 'Figures', heading: ['figure', 'value'], rows: backtestFigures(result, market) },
      openOrders(result),
    ],
  };
}
