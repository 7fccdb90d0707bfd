import type { BacktestResult, FillRow } from '@gridfleet/shared/domain/backtest';
import type { PageChart } from '../report/html-page.js';

/** Fills a chart shows at most; of more, an even choice. */
const MOST_FILLS = 20_000;
export const BUY = '#2166ac';
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

/** Price with levels and fills. */
export function priceChart(result: BacktestResult): PageChart {
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

/** What equity charts show: a result, or several together. */
type Curve = Pick<BacktestResult, 'equitySeries'>;

/** Equity and what holding would have been worth. */
export function equityChart(result: Curve, quote: string): PageChart {
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
function drawdowns(result: Curve): Point[] {
  let peak = -Infinity;
  return result.equitySeries.map(([time, text]) => {
    const equity = Number(text);
    peak = Math.max(peak, equity);
    return [time, peak > 0 ? (100 * (equity - peak)) / peak : 0];
  });
}

/** Falls of equity from its peak. */
export function drawdownChart(result: Curve): PageChart {
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
