import type { SweepRow } from '@gridfleet/shared/domain/backtest';
import { minute } from '../backtest/minute.js';
import type { Page, PageChart } from '../report/html-page.js';
import type { SweepResult } from './sweep-result.js';

const NONE = '–';

type Part = 'train' | 'test';

/** Values of one parameter as text, numbers in their order. */
function valuesOf(rows: readonly SweepRow[], name: string): string[] {
  const values = [...new Set(rows.map((row) => row.values[name] ?? ''))];
  return values.every((value) => Number.isFinite(Number(value)))
    ? values.sort((a, b) => Number(a) - Number(b))
    : values.sort();
}

/** Return of one part for each pair of values; the best of the rows where more parameters were swept. */
function heatMap(result: SweepResult, part: Part, x: string, y: string): PageChart {
  const columns = valuesOf(result.rows, x);
  const lines = valuesOf(result.rows, y);
  const best = new Map<string, number>();
  for (const row of result.rows) {
    const figures = row[part];
    if (figures === null) continue;
    const place = `${columns.indexOf(row.values[x] ?? '')} ${lines.indexOf(row.values[y] ?? '')}`;
    best.set(place, Math.max(best.get(place) ?? -Infinity, Number(figures.roiPct)));
  }
  const reach = Math.max(...[...best.values()].map(Math.abs), 0.01);
  const more = result.parameters.length > 2 ? ', the best over the other parameters' : '';
  return {
    title: part === 'train' ? `Return in training, %${more}` : `Return out of sample, %${more}`,
    height: Math.min(900, 180 + lines.length * 28),
    option: {
      tooltip: {},
      grid: { left: 90, right: 90, top: 20, bottom: 60 },
      xAxis: { type: 'category', name: x, nameLocation: 'middle', nameGap: 35, data: columns },
      yAxis: { type: 'category', name: y, data: lines },
      visualMap: {
        min: -reach,
        max: reach,
        calculable: true,
        orient: 'vertical',
        right: 0,
        top: 'middle',
        precision: 2,
        inRange: { color: ['#b2182b', '#f7f7f7', '#2166ac'] },
      },
      series: [
        {
          type: 'heatmap',
          name: 'return %',
          data: [...best].map(([place, value]) => [...place.split(' ').map(Number), value]),
        },
      ],
    },
  };
}

/** Return of both parts over the only swept parameter. */
function lineChart(result: SweepResult, name: string): PageChart {
  const values = valuesOf(result.rows, name);
  const line = (part: Part, title: string): Record<string, unknown> => ({
    type: 'line',
    name: title,
    data: values.map((value) => {
      const roi = result.rows.find((row) => row.values[name] === value)?.[part]?.roiPct;
      return roi === undefined ? null : Number(roi);
    }),
  });
  return {
    title: `Return over ${name}, %`,
    height: 380,
    option: {
      tooltip: { trigger: 'axis' },
      legend: { top: 0 },
      xAxis: { type: 'category', name, data: values },
      yAxis: { type: 'value', scale: true },
      series: [line('train', 'training'), line('test', 'out of sample')],
    },
  };
}

/** The sweep as a page: a heat map of each part over the first two parameters, and every run. */
export function sweepPage(result: SweepResult, quote: string): Page {
  const [x = '', y] = result.parameters;
  const isSplit = result.splitTime !== null;
  const maps = y === undefined ? [] : [heatMap(result, 'train', x, y)];
  if (y !== undefined && isSplit) maps.push(heatMap(result, 'test', x, y));
  const split = result.splitTime === null ? '' : `, out of sample from ${minute(result.splitTime)}`;
  return {
    title: `Sweep: ${result.kind} on ${result.symbol}`,
    subtitle:
      `${result.candles} candles, ${minute(result.from)} to ${minute(result.to)} UTC${split}; ` +
      `fill model ${result.fillModel}; ${result.runs} runs, ${result.refused} refused; money in ${quote}`,
    warnings: result.warnings.map(({ message }) => message),
    charts: y === undefined ? [lineChart(result, x)] : maps,
    tables: [
      {
        title: 'Runs, best training return first',
        heading: [
          ...result.parameters,
          'profit',
          'return %',
          'net grid profit',
          'cycles',
          'drawdown %',
          'Sharpe',
          'hold %',
          'out of sample %',
          ...(result.refused === 0 ? [] : ['refused']),
        ],
        rows: result.rows.map(({ values, train, test, refused }) => [
          ...result.parameters.map((name) => values[name] ?? ''),
          train?.profit ?? NONE,
          train?.roiPct ?? NONE,
          train?.netGridProfit ?? NONE,
          train === null ? NONE : String(train.cycles),
          train?.maxDrawdownPct ?? NONE,
          train?.sharpe ?? NONE,
          train?.holdPct ?? NONE,
          test?.roiPct ?? NONE,
          ...(result.refused === 0 ? [] : [refused ?? '']),
        ]),
      },
    ],
  };
}
