import type { EChartsCoreOption } from 'echarts/core';
import { toPixelNumber } from '../format/money.js';
import type { ChartColors } from './chart-colors.js';

/** One line: times in ms since epoch with exact amounts. */
export interface LineSeries {
  id: string;
  name: string;
  /** Solid lines stand before dashed ones where colour cannot be told apart. */
  dashed?: boolean;
  tone: 'price' | 'buy' | 'sell' | 'idle';
  points: readonly (readonly [number, string])[];
}

export interface LineChartInput {
  series: readonly LineSeries[];
  colors: ChartColors;
  valueText: (value: string) => string;
  timeText: (ms: number) => string;
}

function tooltip(input: LineChartInput) {
  interface Hovered {
    axisValue?: number;
    seriesIndex?: number;
    dataIndex?: number;
    marker?: string;
  }
  return {
    trigger: 'axis',
    confine: true,
    backgroundColor: input.colors.surface,
    borderColor: input.colors.axis,
    textStyle: { color: input.colors.text, fontSize: 12 },
    formatter: (hovered: Hovered[]) => {
      const at = hovered[0]?.axisValue;
      const rows = hovered.flatMap(({ seriesIndex = -1, dataIndex = -1, marker = '' }) => {
        const line = input.series[seriesIndex];
        const point = line?.points[dataIndex];
        return line && point ? [`${marker}${line.name} ${input.valueText(point[1])}`] : [];
      });
      return [...(at === undefined ? [] : [input.timeText(at)]), ...rows].join('<br>');
    },
  };
}

/** ECharts options of lines over time; the tooltip shows exact amounts. */
export function lineChartOptions(input: LineChartInput): EChartsCoreOption {
  const { axis, split, text } = input.colors;
  return {
    animation: false,
    grid: { left: 12, right: 76, top: 34, bottom: 28 },
    legend: { top: 4, left: 8, itemWidth: 18, textStyle: { color: text, fontSize: 12 } },
    tooltip: tooltip(input),
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: axis } },
      axisLabel: { color: text, hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      position: 'right',
      scale: true,
      axisLabel: { color: text, showMinLabel: false, showMaxLabel: false },
      splitLine: { lineStyle: { color: split } },
    },
    series: input.series.map((line) => ({
      id: line.id,
      name: line.name,
      type: 'line',
      showSymbol: false,
      // No sampling: the tooltip finds its exact amount by the index of the point.
      animation: false,
      lineStyle: { width: 1.6, color: input.colors[line.tone], type: line.dashed ? 'dashed' : 'solid' },
      itemStyle: { color: input.colors[line.tone] },
      data: line.points.map(([time, value]) => [time, toPixelNumber(value)]),
    })),
  };
}
