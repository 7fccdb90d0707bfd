import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../cli/bin/programs.mjs';

const BIN = fileURLToPath(new URL('../cli/bin/gridfleet.js', import.meta.url));
const CONFIG = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: { lower: '140', upper: '170', levels: 16, quantity: { mode: 'base', value: '1' } },
  market: { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' },
  fees: { maker: '0.001', taker: '0.001', currency: 'quote' },
  balance: { quote: '100000', base: '0' },
};
const BARS = 2_000;
const executablePath = findProgram('chromium');

let folder: string;
let browser: Browser;

function candles(): string {
  const price = (i: number): number => Math.round(15_500 + 1_300 * Math.sin(i / 90)) / 100;
  const rows = Array.from({ length: BARS }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)];
    return `${i * 60_000},${open},${Math.max(open, close)},${Math.min(open, close)},${close}`;
  });
  return ['open_time_ms,open,high,low,close', ...rows].join('\n');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridfleet-report-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
  writeFileSync(join(folder, 'candles.csv'), candles());
  if (executablePath === undefined) return;
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});

afterAll(async () => {
  if (executablePath !== undefined) await browser.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command that writes a page, opens it, and tells what it drew, asked for and complained about. */
async function opened(command: string, ...options: string[]) {
  const out = join(folder, `${command}.html`);
  const files = ['--config', join(folder, 'config.json'), '--candles', join(folder, 'candles.csv')];
  const run = spawnSync(process.execPath, [BIN, command, ...files, ...options, '--out', out]);
  expect([run.status, run.stderr.toString()]).toEqual([0, '']);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const requests: string[] = [];
  const troubles: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(pathToFileURL(out).href);
  await page.locator('[data-chart] canvas').first().waitFor();
  const charts = await page.locator('[data-chart]:has(canvas)').count();
  // Something other than one colour is drawn in every layer.
  const drawn = await page.locator('[data-chart] canvas').evaluateAll((all) =>
    all.map((canvas) => {
      const { width, height } = canvas as unknown as { width: number; height: number };
      const context = (canvas as unknown as { getContext(kind: '2d'): PixelSource }).getContext('2d');
      return new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size > 2;
    }),
  );
  const text = await page.locator('body').innerText();
  await page.close();
  return { charts, isDrawn: drawn.every(Boolean), text, others: requests.slice(1), troubles };
}

/** The part of a canvas context that is used inside the page. */
interface PixelSource {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}

describe.skipIf(executablePath === undefined)('a report in a browser', () => {
  it('of a backtest draws four charts, without the network and without complaints', async () => {
    const { text, ...drawn } = await opened('backtest');
    expect(drawn).toEqual({ charts: 4, isDrawn: true, others: [], troubles: [] });
    expect(text).toMatch(/buys \/ sells \/ cycles\s+\d{2,} \/ \d{2,} \/ \d{2,}/);
  });

  it('of several symbols draws their sum first, then each of them', async () => {
    const both = join(folder, 'both.json');
    writeFileSync(both, JSON.stringify([CONFIG, { ...CONFIG, symbol: 'ETH/USDT' }]));
    const eth = `ETH/USDT=${join(folder, 'candles.csv')}`;
    const { text, ...drawn } = await opened('backtest', '--config', both, '--candles', eth);
    expect(drawn).toEqual({ charts: 6, isDrawn: true, others: [], troubles: [] });
    expect(text.indexOf('Total: Equity')).toBeLessThan(text.indexOf('ETH/USDT: Price'));
  });

  it('of a sweep draws a heat map of each part', async () => {
    const { text, ...drawn } = await opened('sweep', '--grid', 'levels=4:20:4,upper=160:175:5');
    expect(drawn).toEqual({ charts: 2, isDrawn: true, others: [], troubles: [] });
    expect(text).toContain('Return out of sample, %');
  });
});
