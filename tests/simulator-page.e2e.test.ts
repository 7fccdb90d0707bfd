import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMarketSpec, startSimulator, type Simulator } from '@gridfleet/sim';
import { findProgram } from '../cli/bin/programs.mjs';

const executablePath = findProgram('chromium');

let simulator: Simulator;
let browser: Browser;

beforeAll(async () => {
  simulator = await startSimulator({
    paused: true,
    markets: ['ADAUSDT=manual:0.5', 'binanceusdm/ETHUSDT=manual:3000'].map(parseMarketSpec),
  });
  if (executablePath === undefined) return;
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});

afterAll(async () => {
  if (executablePath !== undefined) await browser.close();
  await simulator.close();
});

describe.skipIf(executablePath === undefined)('the simulator’s page in a browser', () => {
  it('lists the markets of every venue, spot and futures, and fits a telephone', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 700 } });
    const troubles: string[] = [];
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(simulator.url);
    await page.waitForSelector('#rows tr');
    const rows = await page.locator('#rows tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t'))).toEqual([
      ['binance', 'ADAUSDT', '0.49990000', '0.50000000', '0.50000000', 'by hand'],
      ['binanceusdm', 'ETHUSDT', '2999.70', '3000.00', '3000.00', 'by hand'],
    ]);
    expect(await page.locator('#summary').innerText()).toContain('(paused) · accounts 1');
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([overflow, troubles]).toEqual([0, []]);
  });
});
