import type { BacktestResult, FillRow } from '@gridfleet/shared/domain/backtest';
import type { Market } from '@gridfleet/shared/domain';
import type { Page, PageChart, PageTable } from '../report/html-page.js';
import { backtestFigures } from './backtest-figures.js';
import { minute } from './minute.js';

/** Points of the curves on a page; more are not seen. */
export const PAGE_POINTS = 2_000;
/** Fills a chart shows at most; of more, an even choice. */
const MOST_FILLS = 20_000;
const BUY = '#2166ac';
const SELL = '#b2182b';

type Point = [time: number, value: number];

/** Zoom with wheel and slider over a time axis. */
const TIME_CHART = {
  xAxis: { type: 'time' },
  yAxis: { type: 'value', scale: true },
  dataZoom: [{ type: 'inside' }, { type: 'slider' }],
  grid: { left: 90, right: 30, top: 40, bottom: 80 },
} as const;

function thinned<T>(rows: readonly T[]): readonly T[] {
  const step = Math.ceil(rows.length / MOST_FILLS);
  return step <= 1 ? rows : rows.filter((_, index) => index % step === 0);
}

/** Closes at the points of the equity series: what holding is worth follows the price. */
function closes(result: BacktestResult): Point[] {
  const perQuote = Number(result.startPrice) / Number(result.startEquity);
  return result.equitySeries.map(([time, , holding]) => [time, Number(holding) * perQuote]);
}

function fillSeries(name: string, rows: readonly FillRow[], color: string, rotate: number): object {
  return {
    type: 'scatter',
    name,
    symbol: 'triangle',
    symbolRotate: rotate,
    symbolSize: 7,
    itemStyle: { color },
    data: rows.map(([time, , price]) => [time, Number(price)]),
  };
}

function priceChart(result: BacktestResult): PageChart {
  const fills = thinned(result.fills);
  const shown =
    fills.length < result.fills.length ? ` (${fills.length} of ${result.fills.length} fills)` : '';
  const lines = result.levels.map((level) => ({ yAxis: Number(level) }));
  return {
    title: `Price, levels and fills${shown}`,
    height: 460,
    option: {
      ...TIME_CHART,
      tooltip: { trigger: 'item' },
      legend: { top: 0, data: ['price', 'BUY', 'SELL'] },
      series: [
        {
          type: 'line',
          name: 'price',
          showSymbol: false,
          lineStyle: { width: 1, color: '#52606d' },
          itemStyle: { color: '#52606d' },
          data: closes(result),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { type: 'dotted', width: 1, color: '#9aa5b1' },
            data: lines,
          },
        },
        fillSeries(
          'BUY',
          fills.filter(([, side]) => side === 'BUY'),
          BUY,
          0,
        ),
        fillSeries(
          'SELL',
          fills.filter(([, side]) => side === 'SELL'),
          SELL,
          180,
        ),
      ],
    },
  };
}

function equityChart(result: BacktestResult, quote: string): PageChart {
  const line = (name: string, color: string, data: Point[]): object => ({
    type: 'line',
    name,
    showSymbol: false,
    lineStyle: { width: 1.5, color },
    itemStyle: { color },
    data,
  });
  return {
    title: `Equity against holding, ${quote}`,
    height: 340,
    option: {
      ...TIME_CHART,
      tooltip: { trigger: 'axis' },
      legend: { top: 0 },
      series: [
        line(
          'strategy',
          BUY,
          result.equitySeries.map(([time, equity]) => [time, Number(equity)]),
        ),
        line(
          'buy and hold',
          '#9aa5b1',
          result.equitySeries.map(([time, , holding]) => [time, Number(holding)]),
        ),
      ],
    },
  };
}

/** How far equity lies below its highest so far, at the points of the series. */
function drawdowns(result: BacktestResult): Point[] {
  let peak = -Infinity;
  return result.equitySeries.map(([time, text]) => {
    const equity = Number(text);
    peak = Math.max(peak, equity);
    return [time, peak > 0 ? (100 * (equity - peak)) / peak : 0];
  });
}

function drawdownChart(result: BacktestResult): PageChart {
  return {
    title: 'Drawdown, %',
    height: 260,
    option: {
      ...TIME_CHART,
      tooltip: { trigger: 'axis' },
      series: [
        {
          type: 'line',
          name: 'drawdown %',
          showSymbol: false,
          lineStyle: { width: 1, color: SELL },
          itemStyle: { color: SELL },
          areaStyle: { opacity: 0.2 },
          data: drawdowns(result),
        },
      ],
    },
  };
}

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
  const warnings = [...new Map(result.warnings.map(({ code, message }) => [code, message]))].map(
    ([code, message]) => `Live it would be refused (${code}): ${message}`,
  );
  if (result.ended !== null)
    warnings.unshift(`Ended ${minute(result.ended.time)} UTC: ${result.ended.message}`);
  return {
    title: `Backtest: ${result.kind} on ${result.symbol}`,
    subtitle:
      `${result.candles} ${result.fillModel === 'ticks' ? 'events' : 'candles'}, ` +
      `${minute(result.from)} to ${minute(result.to)} UTC, fill model ${result.fillModel}`,
    warnings,
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
