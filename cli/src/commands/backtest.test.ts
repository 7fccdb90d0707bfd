import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runCli } from '../program.js';
import { commandLine } from '../testing/command-line.js';

const RECORDING = fileURLToPath(new URL('../../../sim/data/btcusdt-spot-20240808.jsonl.gz', import.meta.url));
const SOL = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: {
    lower: '140',
    upper: '170',
    levels: 16,
    quantity: { mode: 'base', value: '1' },
  },
  market: { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' },
  fees: { maker: '0', taker: '0', currency: 'quote' },
  balance: { quote: '100000', base: '0' },
};
const CANDLES = [
  'open_time_ms,open,high,low,close,volume',
  '0,150,150,150,150,1',
  '60000,150,170,150,170,1',
  '120000,170,170,160,165,1',
];

const cli = commandLine();

const config = (value: unknown = SOL): string => cli.file('config.json', JSON.stringify(value));
const candles = (lines: readonly string[] = CANDLES): string =>
  cli.file('candles.csv.gz', gzipSync(lines.join('\n')));

describe('gridfleet backtest', () => {
  test('prints the result as JSON, money as decimal strings', async () => {
    const args = ['backtest', '--config', config(), '--candles', candles(), '--fill-model', 'path', '--json'];
    expect(await runCli(args), cli.complained).toBe(0);
    const result = JSON.parse(cli.printed) as Record<string, unknown>;
    expect(result).toMatchObject({
      fillModel: 'path',
      candles: 3,
      startPrice: '150',
      initialBase: '10.00000000',
      // All ten are sold on the way to 170; down to 160 five are bought, and up to 165 two of them sold.
      buys: 5,
      sells: 12,
      cycles: 12,
      grossGridProfit: '24.00000000',
      fees: '0.00000000',
      base: '3.00000000',
      lastPrice: '165',
    });
    expect(result['levels']).toHaveLength(16);
    expect((result['fills'] as unknown[])[0]).toEqual([60_000, 'SELL', '152', '1', '0.00000000']);
    expect(result['openSells']).toEqual(['166', '168', '170']);
  });

  test('takes how long orders travel for recordings only', async () => {
    const args = ['backtest', '--config', config(), '--candles', candles(), '--latency-ms', '200'];
    expect(await runCli(args)).toBe(1);
    expect(cli.complained).toContain('--latency-ms is for recordings');
  });

  test('prints a summary for people', async () => {
    expect(await runCli(['backtest', '--config', config(), '--candles', candles()]), cli.complained).toBe(0);
    expect(cli.printed).toMatch(/buys \/ sells \/ cycles +5 \/ 12 \/ 12/);
  });

  test('writes a page with all charts and figures, and the same result beside it', async () => {
    const args = ['backtest', '--config', config(), '--candles', candles(), '--json'];
    await runCli(args);
    const alone = cli.printed;
    cli.printed = '';
    const out = join(cli.folder, 'report.html');
    expect(await runCli([...args, '--out', out]), cli.complained).toBe(0);
    expect(cli.printed).toBe(alone);
    const page = readFileSync(out, 'utf8');
    for (const title of ['Price, levels and fills', 'Equity against holding', 'Drawdown', 'Cycles per level'])
      expect(page).toContain(`<h2>${title}`);
    expect(page).toContain('<tr><td>buys / sells / cycles</td><td>5 / 12 / 12</td></tr>');
  });

  test('begins with the base that the plan buys, also at a price between two ticks', async () => {
    // 152 is a level just above the price: its cell starts with base.
    const at = '151.995';
    const rows = [CANDLES[0] ?? '', `0,${at},${at},${at},${at},1`, `60000,${at},${at},${at},${at},1`];
    expect(
      await runCli(['backtest', '--config', config(), '--candles', candles(rows), '--json']),
      cli.complained,
    ).toBe(0);
    const { initialBase } = JSON.parse(cli.printed) as { initialBase: string };
    cli.printed = '';
    expect(await runCli(['plan', '--config', config(), '--price', at, '--json']), cli.complained).toBe(0);
    const { initialPurchase } = JSON.parse(cli.printed) as { initialPurchase: string };
    expect([Number(initialBase), Number(initialPurchase)]).toEqual([10, 10]);
  });

  test('a page that cannot be written is named', async () => {
    const args = ['backtest', '--config', config(), '--candles', candles()];
    expect(await runCli([...args, '--out', join(cli.folder, 'none', 'report.html')])).toBe(1);
    expect(cli.complained).toMatch(/report\.html cannot be written/);
  });

  test('options win over the file', async () => {
    const options = ['--fee-maker', '0.001', '--fee-taker', '0.002', '--quote', '5000', '--slippage', '0.01'];
    const args = ['backtest', '--config', config(), '--candles', candles(), '--json', ...options];
    expect(await runCli(args), cli.complained).toBe(0);
    const result = JSON.parse(cli.printed) as { startQuote: string; initialFills: unknown[] };
    expect(result.startQuote).toBe('5000.00000000');
    expect(result.initialFills).toEqual([[0, 'BUY', '151.5', '10', '3.03000000']]);
  });

  test('runs on recorded quotes and trades', async () => {
    const btc = {
      ...SOL,
      symbol: 'BTC/USDT',
      params: { lower: '61700', upper: '61980', levels: 29, quantity: { mode: 'base', value: '0.001' } },
      market: { tickSize: '0.01', stepSize: '0.00001', minQuantity: '0.00001', minNotional: '5' },
    };
    const args = ['backtest', '--config', config(btc), '--candles', RECORDING, '--json'];
    expect(await runCli(args), cli.complained).toBe(0);
    const result = JSON.parse(cli.printed) as { fillModel: string; buys: number; sells: number };
    expect(result.fillModel).toBe('ticks');
    expect(result.buys).toBeGreaterThan(0);
    expect(result.sells).toBeGreaterThan(0);
  }, 20_000);

  test('tests several symbols in one run, with their sum, the same every time', async () => {
    const eth = { ...SOL, symbol: 'ETH/USDT', fees: { maker: '0.001', taker: '0.001', currency: 'quote' } };
    const both = config({ market: SOL.market, legs: [SOL, eth] });
    const eths = cli.file('eth.csv', CANDLES.slice(0, 3).join('\n'));
    const out = join(cli.folder, 'both.html');
    const args = ['backtest', '--config', both, '--candles', candles(), '--candles', `ETH/USDT=${eths}`];
    expect(await runCli([...args, '--json', '--out', out]), cli.complained).toBe(0);
    const result = JSON.parse(cli.printed) as {
      total: { equity: string; buys: number; startEquity: string; roiPct: string };
      legs: { symbol: string; equity: string; buys: number }[];
    };
    expect(result.legs.map(({ symbol, buys }) => [symbol, buys])).toEqual([
      ['SOL/USDT', 5],
      ['ETH/USDT', 0],
    ]);
    const [a, b] = result.legs;
    expect(Number(result.total.equity)).toBeCloseTo(Number(a?.equity) + Number(b?.equity), 7);
    expect(result.total.startEquity).toBe('200000.00000000');
    const page = readFileSync(out, 'utf8');
    for (const title of [
      'Total: Equity against holding',
      'Total: Drawdown',
      'ETH/USDT: Price, levels and fills',
    ])
      expect(page).toContain(`<h2>${title}`);
    expect(page).toContain(`<td>${result.total.roiPct}</td>`);
    const json = cli.printed;
    cli.printed = '';
    await runCli([...args, '--json']);
    expect(cli.printed).toBe(json);
    cli.printed = '';
    expect(await runCli(args), cli.complained).toBe(0);
    expect(cli.printed).toMatch(/SOL\/USDT +range-grid +12 .*\nETH\/USDT +range-grid +10 .*\n +total +22 /);
  });

  test.each([
    [
      'files for two symbols of which one has none',
      [SOL, { ...SOL, symbol: 'ETH/USDT' }],
      /1 files for 2 symbols/,
    ],
    ['symbols counted in two coins', [SOL, { ...SOL, symbol: 'ETH/EUR' }], /in USDT and ETH\/EUR in EUR/],
    ['a list with a wrong field', [SOL, { ...SOL, symbol: 'ETH/USDT', params: {} }], /1\.params\.quantity/],
  ])('%s are refused', async (_, list, message) => {
    const path = candles();
    const more = list[1]?.symbol === 'ETH/EUR' ? ['--candles', path] : [];
    expect(await runCli(['backtest', '--config', config(list), '--candles', path, ...more])).toBe(1);
    expect(cli.complained).toMatch(message);
    expect(cli.printed).toBe('');
  });

  test.each([
    ['a bad row', () => [config(), candles([...CANDLES, '180000,1,NaN,1,1,1'])], /row 5, high: "NaN"/],
    ['a gap', () => [config(), candles([...CANDLES, '240000,1,1,1,1,1'])], /row 5.*missing.*--allow-gaps/],
    ['an empty file', () => [config(), candles([''])], /the file is empty/],
    ['a single candle', () => [config(), candles(CANDLES.slice(0, 2))], /needs two or more/],
    ['a missing file', () => [config(), join(cli.folder, 'none.csv')], /none\.csv cannot be read/],
    ['unknown params', () => [config({ ...SOL, params: { ...SOL.params, bogus: 1 } }), candles()], /bogus/],
    [
      'a plan without funds',
      () => [config({ ...SOL, balance: { quote: '10' } }), candles()],
      /INSUFFICIENT_FUNDS/,
    ],
  ])('%s is refused with its place, and nothing is reported', async (_, files, message) => {
    const [configPath = '', candlesPath = ''] = files();
    const args = ['backtest', '--config', configPath, '--candles', candlesPath, '--json'];
    expect(await runCli(args)).toBe(1);
    expect(cli.complained).toMatch(message);
    expect(cli.printed).toBe('');
  });
});
