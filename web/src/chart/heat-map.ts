import { dec, decStr, roundTo } from '@gridfleet/shared/domain';
import type { EChartsCoreOption } from 'echarts/core';
import type { SweepRow } from '../api/backtests.js';
import { formatFixed, toPixelNumber } from '../format/money.js';
import type { ChartColors } from './chart-colors.js';

/** A sweep laid out over two of its parameters. */
export interface HeatMap {
  x: string[];
  y: string[];
  /** Column, row, and the best return there in percent. */
  cells: [number, number, string][];
}

/** Names of the parameters a sweep changes, in the order it was asked for. */
export function axesOf(runs: readonly SweepRow[]): string[] {
  return Object.keys(runs[0]?.values ?? {});
}

function valuesOf(runs: readonly SweepRow[], name: string): string[] {
  return [...new Set(runs.map((run) => run.values[name] ?? ''))];
}

/** With more than two parameters, a cell is the best of its runs in the part that ranks. */
export function heatMapOf(
  runs: readonly SweepRow[],
  [xName, yName]: readonly [string, string],
  part: 'train' | 'test',
): HeatMap {
  const [x, y] = [valuesOf(runs, xName), valuesOf(runs, yName)];
  const best = new Map<string, SweepRow>();
  for (const run of runs) {
    if (!run.train) continue;
    const key = `${x.indexOf(run.values[xName] ?? '')} ${y.indexOf(run.values[yName] ?? '')}`;
    const known = best.get(key)?.train;
    if (!known || dec(run.train.roiPct).gt(known.roiPct)) best.set(key, run);
  }
  const cells = [...best].flatMap(([key, run]): [number, number, string][] => {
    const figures = run[part];
    const [column = 0, row = 0] = key.split(' ').map(Number);
    return figures ? [[column, row, figures.roiPct]] : [];
  });
  return { x, y, cells };
}

/** Two places, also for what rounds to zero: the tooltip is exact. */
const roundedText = (percent: string): string => decStr(roundTo(dec(percent), 2));

export interface HeatMapInput {
  map: HeatMap;
  xTitle: string;
  yTitle: string;
  colors: ChartColors;
  /** Colours from the worst to the best. */
  scale: readonly string[];
}

/** ECharts options of a heat map with the return printed in each cell. */
export function heatMapOptions({ map, xTitle, yTitle, colors, scale }: HeatMapInput): EChartsCoreOption {
  const values = map.cells.map(([, , value]) => toPixelNumber(value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const axis = (name: string, data: string[]) => ({
    type: 'category',
    name,
    data,
    nameTextStyle: { color: colors.text },
    axisLine: { lineStyle: { color: colors.axis } },
    axisLabel: { color: colors.text },
    splitArea: { show: false },
  });
  const few = map.cells.length <= 150;
  return {
    animation: false,
    grid: { left: 64, right: 84, top: 30, bottom: 34 },
    tooltip: {
      confine: true,
      backgroundColor: colors.surface,
      borderColor: colors.axis,
      textStyle: { color: colors.text, fontSize: 12 },
      formatter: ({ dataIndex = -1 }: { dataIndex?: number }) => {
        const cell = map.cells[dataIndex];
        return cell
          ? `${xTitle} ${map.x[cell[0]] ?? ''}<br>${yTitle} ${map.y[cell[1]] ?? ''}<br>${formatFixed(cell[2], 4)} %`
          : '';
      },
    },
    xAxis: axis(xTitle, map.x),
    yAxis: axis(yTitle, map.y),
    visualMap: {
      show: false,
      // A flat map would otherwise have no range to colour.
      min: low,
      max: low === high ? low + 1 : high,
      inRange: { color: [...scale] },
    },
    series: [
      {
        id: 'heat',
        type: 'heatmap',
        animation: false,
        data: map.cells.map(([column, row, value]) => [column, row, toPixelNumber(value)]),
        label: {
          show: few,
          color: '#14181f',
          fontSize: 11,
          formatter: ({ dataIndex }: { dataIndex: number }) => roundedText(map.cells[dataIndex]?.[2] ?? '0'),
        },
        itemStyle: { borderColor: colors.surface, borderWidth: 1 },
      },
    ],
  };
}
