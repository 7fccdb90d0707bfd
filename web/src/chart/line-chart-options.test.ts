import { describe, expect, it } from 'vitest';
import { lineChartOptions, type LineChartInput } from './line-chart-options.js';

const input: LineChartInput = {
  series: [
    {
      id: 'a',
      name: 'Profit',
      tone: 'price',
      points: [
        [1000, '0.1'],
        [2000, '0.30000000000000000001'],
      ],
    },
    { id: 'b', name: 'Holding', tone: 'idle', dashed: true, points: [[1000, '1']] },
  ],
  colors: {
    text: 't',
    axis: 'x',
    split: 's',
    buy: 'g',
    sell: 'r',
    price: 'p',
    idle: 'i',
    band: 'b',
    surface: 'w',
  },
  valueText: (value) => `${value} USDT`,
  timeText: (ms) => `at ${ms}`,
};
interface Options {
  series: { lineStyle: { type: string; color: string }; data: unknown }[];
  tooltip: { formatter: (points: object[]) => string };
}
const options = lineChartOptions(input) as unknown as Options;

describe('a chart of amounts over time', () => {
  it('has a line per series, told apart by more than colour', () => {
    expect(options.series.map((line) => [line.lineStyle.color, line.lineStyle.type])).toEqual([
      ['p', 'solid'],
      ['i', 'dashed'],
    ]);
  });

  it('shows the exact amount in the tooltip, not the pixel it was drawn at', () => {
    const text = options.tooltip.formatter([
      { axisValue: 2000, seriesIndex: 0, dataIndex: 1 },
      { seriesIndex: 1, dataIndex: 7 },
    ]);
    expect(text).toBe('at 2000<br>Profit 0.30000000000000000001 USDT');
  });
});
