import { AUXILIARY_SLOT } from '@gridfleet/shared/domain';
import type { EChartsCoreOption } from 'echarts/core';
import type { Candle, FillDto, LevelDto } from '../api/types.js';
import { toPixelNumber } from '../format/money.js';
import type { ChartColors } from './chart-colors.js';
import { axisRange, gridLines, type GridLine } from './price-range.js';

export interface ChartWords {
  price: string;
  buyFill: string;
  sellFill: string;
  /** A fill of no level: an entry or an exit. */
  wayInOut: string;
  open: string;
  high: string;
  low: string;
  close: string;
  quantity: string;
}

export interface PriceChartInput {
  candles: readonly Candle[];
  levels: readonly LevelDto[];
  fills: readonly FillDto[];
  style: 'candles' | 'line';
  wholeGrid: boolean;
  currentPrice: string | null;
  priceText: (text: string) => string;
  priceLabel: (value: number) => string;
  timeText: (ms: number) => string;
  colors: ChartColors;
  words: ChartWords;
  intervalMs: number;
  narrow: boolean;
}

function lineMark(line: GridLine, colors: ChartColors) {
  const color = line.side === 'buy' ? colors.buy : line.side === 'sell' ? colors.sell : colors.idle;
  const type = line.resting ? 'solid' : 'dashed';
  return { yAxis: line.price, lineStyle: { color, type, width: 1, opacity: line.resting ? 0.55 : 0.35 } };
}

function markLines(input: PriceChartInput) {
  const now = input.currentPrice === null ? null : toPixelNumber(input.currentPrice);
  const grid = gridLines(input.levels, now).map((line) => lineMark(line, input.colors));
  const price =
    now === null || input.currentPrice === null
      ? []
      : [
          {
            yAxis: now,
            lineStyle: { color: input.colors.price, type: 'dotted', width: 1.5, opacity: 1 },
            label: {
              show: true,
              position: 'end',
              formatter: input.priceText(input.currentPrice),
              color: '#fff',
              backgroundColor: input.colors.price,
              padding: [3, 5],
              borderRadius: 3,
              fontSize: 11,
            },
          },
        ];
  return {
    silent: true,
    animation: false,
    symbol: 'none',
    label: { show: false },
    data: [...grid, ...price],
  };
}

function rangeBand(input: PriceChartInput) {
  if (input.levels.length === 0) return { data: [] };
  const prices = input.levels.flatMap((level) => [
    toPixelNumber(level.buyPrice),
    toPixelNumber(level.sellPrice),
  ]);
  const low = prices.reduce((a, b) => Math.min(a, b));
  const high = prices.reduce((a, b) => Math.max(a, b));
  return {
    silent: true,
    itemStyle: { color: input.colors.band },
    data: [[{ yAxis: low }, { yAxis: high }]],
  };
}

function priceSeries(input: PriceChartInput) {
  const common = {
    id: 'price',
    name: input.words.price,
    animation: false,
    markLine: markLines(input),
    markArea: rangeBand(input),
  };
  if (input.style === 'line') {
    const data = input.candles.map((candle) => [Date.parse(candle.time), toPixelNumber(candle.close)]);
    const lineStyle = { width: 1.5, color: input.colors.price };
    return { ...common, type: 'line', showSymbol: false, sampling: 'lttb', lineStyle, data };
  }
  const data = input.candles.map((candle) => [
    Date.parse(candle.time),
    toPixelNumber(candle.open),
    toPixelNumber(candle.close),
    toPixelNumber(candle.low),
    toPixelNumber(candle.high),
  ]);
  const { buy, sell } = input.colors;
  // Rising candles are hollow, so that direction does not rest on colour alone.
  const itemStyle = { color: input.colors.surface, color0: sell, borderColor: buy, borderColor0: sell };
  return { ...common, type: 'candlestick', barMaxWidth: 12, itemStyle, data };
}

/** Entries and exits stand out among the fills of levels. */
const MARK = { symbol: 'diamond', symbolSize: 14, symbolRotate: 0, symbolOffset: [0, 0] } as const;

function fillSeries(input: PriceChartInput, side: 'buy' | 'sell') {
  const first = input.candles[0];
  const from = first ? Date.parse(first.time) : 0;
  const data = input.fills
    .filter((fill) => fill.side === side && Date.parse(fill.time) >= from)
    .map((fill) => {
      const detail = `${input.priceText(fill.price)} × ${fill.quantity}`;
      const value = [Date.parse(fill.time), toPixelNumber(fill.price)];
      if (fill.slot < AUXILIARY_SLOT) return { value, detail };
      // Of no level: what the strategy began with or ended by.
      return { value, detail: `${detail} · ${input.words.wayInOut}`, ...MARK };
    });
  return {
    id: `fills-${side}`,
    name: side === 'buy' ? input.words.buyFill : input.words.sellFill,
    type: 'scatter',
    animation: false,
    symbol: 'triangle',
    symbolRotate: side === 'buy' ? 0 : 180,
    symbolSize: 9,
    symbolOffset: [0, side === 'buy' ? 6 : -6],
    itemStyle: { color: input.colors[side], borderColor: input.colors.surface, borderWidth: 1 },
    z: 5,
    data,
  };
}

function tooltip(input: PriceChartInput) {
  interface Hovered {
    axisValue?: number;
    seriesId?: string;
    seriesName?: string;
    dataIndex?: number;
    data?: unknown;
    marker?: string;
  }
  const rows = (hovered: Hovered): string[] => {
    if (hovered.seriesId !== 'price') {
      const detail = (hovered.data as { detail?: string } | undefined)?.detail ?? '';
      return [`${hovered.marker ?? ''}${hovered.seriesName ?? ''} ${detail}`];
    }
    const candle = input.candles[hovered.dataIndex ?? -1];
    if (!candle) return [];
    const { words, priceText } = input;
    if (input.style === 'line') return [`${words.price} ${priceText(candle.close)}`];
    return [
      `${words.open} ${priceText(candle.open)} · ${words.high} ${priceText(candle.high)}`,
      `${words.low} ${priceText(candle.low)} · ${words.close} ${priceText(candle.close)}`,
    ];
  };
  return {
    trigger: 'axis',
    axisPointer: { type: 'cross', label: { show: false } },
    confine: true,
    backgroundColor: input.colors.surface,
    borderColor: input.colors.axis,
    textStyle: { color: input.colors.text, fontSize: 12 },
    formatter: (points: Hovered[]) => {
      const at = points[0]?.axisValue;
      const head = at === undefined ? [] : [input.timeText(at)];
      return [...head, ...points.flatMap(rows)].join('<br>');
    },
  };
}

/** ECharts options of the strategy chart, computed from typed data; the same input gives the same picture. */
export function priceChartOptions(input: PriceChartInput): EChartsCoreOption {
  const range = axisRange(input.candles, input.levels, input.wholeGrid);
  const { axis, split, text } = input.colors;
  return {
    animation: false,
    grid: { left: 8, right: input.narrow ? 62 : 78, top: 12, bottom: 28 },
    tooltip: tooltip(input),
    xAxis: {
      type: 'time',
      minInterval: input.intervalMs,
      axisLine: { lineStyle: { color: axis } },
      axisLabel: { color: text, hideOverlap: true, formatter: (value: number) => input.timeText(value) },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      position: 'right',
      scale: true,
      ...(range ?? {}),
      axisLabel: {
        color: text,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => input.priceLabel(value),
      },
      splitLine: { lineStyle: { color: split } },
    },
    dataZoom: [{ type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false }],
    series: [priceSeries(input), fillSeries(input, 'buy'), fillSeries(input, 'sell')],
  };
}
