import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../program.js';
import { commandLine } from '../testing/command-line.js';
import type { SweepResult } from '../sweep/sweep-result.js';

const SOL = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: { lower: '140', upper: '170', levels: 16, quantity: { mode: 'base', value: '1' } },
  market: { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' },
  fees: { maker: '0.001', taker: '0.001', currency: 'quote' },
  balance: { quote: '100000', base: '0' },
};
/** Up and down between 145 and 165 for a hundred minutes. */
const CANDLES = [
  'open_time_ms,open,high,low,close',
  ...Array.from({ length: 100 }, (_, i) => {
    const [open, close] = i % 2 === 0 ? [145, 165] : [165, 145];
    return `${i * 60_000},${open},165,145,${close}`;
  }),
];

const cli = commandLine();

function sweep(grid: string, ...options: string[]): Promise<number> {
  const config = cli.file('config.json', JSON.stringify(SOL));
  const candles = cli.file('candles.csv', CANDLES.join('\n'));
  const files = ['--config', config, '--candles', candles];
  return runCli(['sweep', ...files, '--threads', '1', '--grid', grid, ...options]);
}

describe('gridfleet sweep', () => {
  test('prints every run as JSON, best training return first, with figures out of sample', async () => {
    expect(await sweep('levels=4|16,upper=170|175|140.1', '--json'), cli.complained).toBe(0);
    const result = JSON.parse(cli.printed) as SweepResult;
    expect(result).toMatchObject({ parameters: ['levels', 'upper'], runs: 6, candles: 100, trainPct: 70 });
    expect(result.splitTime).toBe(70 * 60_000);
    const returns = result.rows.map(({ train }) => Number(train?.roiPct ?? -Infinity));
    expect(returns).toEqual([...returns].sort((a, b) => b - a));
    expect(result.rows[0]?.values['levels']).toBe('16');
    expect(Number(result.rows[0]?.test?.cycles)).toBeGreaterThan(100);
  });

  test('a run is the backtest of the same params', async () => {
    await sweep('levels=7|16', '--json', '--train-pct', '100', '--fee-maker', '0', '--fill-model', 'touch');
    const rows = (JSON.parse(cli.printed) as SweepResult).rows;
    cli.printed = '';
    const config = cli.file('seven.json', JSON.stringify({ ...SOL, params: { ...SOL.params, levels: 7 } }));
    const args = ['backtest', '--config', config, '--candles', join(cli.folder, 'candles.csv'), '--json'];
    expect(await runCli([...args, '--fee-maker', '0', '--fill-model', 'touch']), cli.complained).toBe(0);
    const row = rows.find(({ values }) => values['levels'] === '7');
    expect(row?.train).not.toBeNull();
    expect(JSON.parse(cli.printed)).toMatchObject({ ...row?.train });
    expect(row?.test).toBeNull();
  });

  test('prints a table of the best runs for people', async () => {
    expect(await sweep('levels=3:12:1', '--top', '4'), cli.complained).toBe(0);
    expect(cli.printed).toMatch(/levels +profit +return % .*out of sample %/);
    expect(cli.printed).toContain('… and 6 more');
    expect(cli.complained).toBe('');
  });

  test('sweeps a param that the config leaves at its default', async () => {
    expect(await sweep('spacing=arithmetic|geometric', '--json'), cli.complained).toBe(0);
    expect((JSON.parse(cli.printed) as SweepResult).runs).toBe(2);
  });

  test('writes all runs as CSV and a page with a heat map of both parts', async () => {
    const csv = join(cli.folder, 'runs.csv');
    const page = join(cli.folder, 'runs.html');
    expect(await sweep('levels=4:8:2,upper=165|170', '--csv', csv, '--out', page), cli.complained).toBe(0);
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^levels,upper,startPrice,.*,test_sortino,refused$/);
    expect(readFileSync(page, 'utf8').match(/"type":"heatmap"/g)).toHaveLength(2);
  });

  test.each([
    ['levels=10:5:1', /^gridfleet: --grid: levels: 5 lies below 10\n$/],
    ['bogus=1|2', /^gridfleet: --grid: bogus: the config does not have it.*\n$/],
    ['levels=1:5:1', /^gridfleet: --grid: levels: "1" does not fit.*\n$/],
    ['levels', /^gridfleet: --grid: "levels" must be parameter=values\n$/],
  ])('--grid %s is one sentence and exit code 2', async (grid, message) => {
    expect(await sweep(grid)).toBe(2);
    expect(cli.complained).toMatch(message);
    expect(cli.printed).toBe('');
  });
});
