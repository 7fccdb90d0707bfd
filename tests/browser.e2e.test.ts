import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../cli/bin/programs.mjs';
import { backtestCases } from './browser/backtest-cases.js';
import { STEP_MS } from './browser/context.js';
import { historyCases } from './browser/history-cases.js';
import { notificationCases } from './browser/notification-cases.js';
import { lookCases } from './browser/look-cases.js';
import { platformCases } from './browser/platform-cases.js';
import { strategyCases } from './browser/strategy-cases.js';
import { viewerCases } from './browser/viewer-cases.js';
import { watchCases } from './browser/watch-cases.js';
import { createGrid } from './harness/platform.js';
import type { Rest } from './harness/rest.js';
import type { TestSimulator } from './harness/simulator.js';
import { startSystem } from './harness/system.js';
import { waitUntil } from './harness/wait.js';

const WEB_DIST = fileURLToPath(new URL('../web/dist', import.meta.url));

let sim: TestSimulator;
let api: Rest;
let url: string;
let page: Page;
let id: number;
const troubles: string[] = [];
/** Ends what has been started so far, also when the rest could not be. */
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const env = { WEB_DIST, WORKER_ROLES: 'live,backtest', NOTIFY_ALLOW_PRIVATE: 'true' };
  const running = await startSystem({ speed: 20, env });
  closers.push(running.close);
  ({ sim, api, url } = running);
  ({ id } = await createGrid(api));
  await api.post(`/api/strategies/${id}/start`);
  const browser = await chromium.launch({
    executablePath: findProgram('chromium') ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  closers.push(() => browser.close());
  page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // What is judged is the page at rest, not a colour on its way.
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(STEP_MS);
  page.on('pageerror', (error) => troubles.push(error.message));
  // A page that asks for what there is not, or that is refused what it offers, shows an error to everybody.
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && pathname.startsWith('/api/'))
      troubles.push(`${response.request().method()} ${pathname}: ${response.status()}`);
  });
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const text = async (testId: string): Promise<string> => (await page.getByTestId(testId).innerText()).trim();

describe('the page', () => {
  it('lists the strategy as running and keeps it live by itself', async () => {
    await page.goto(`${url}/strategies`);
    await page.getByTestId(`state-${id}`).getByText('Running').waitFor();
    await page.getByTestId('connection-badge').getByText('Live').waitFor();
    const row = page.getByTestId(`strategy-row-${id}`);
    const first = await row.innerText();
    await waitUntil(async () => (await row.innerText()) !== first, {
      timeoutMs: STEP_MS,
      what: 'the row to change by itself',
    });
  });

  it('shows chart, levels, open orders, fills and the profit split of the grid', async () => {
    await page.getByTestId(`strategy-row-${id}`).getByRole('link').first().click();
    await page.getByTestId('price-chart').locator('canvas').first().waitFor();
    await waitUntil(async () => (await page.getByTestId('fills-table').locator('tbody tr').count()) >= 8, {
      timeoutMs: 60_000,
      what: 'eight fills on the page',
    });
    expect(await page.getByTestId('levels-table').locator('tbody tr').count()).toBe(20);
    expect(await page.getByTestId('open-orders').locator('tbody tr').count()).toBeGreaterThan(0);
    expect(await text('profit-total')).toMatch(/\d.*USDT/);
    expect(await text('profit-grid')).toMatch(/\d.*USDT/);
  });

  it('stops the strategy after saying what that does, and the exchange has no order of it', async () => {
    await page.getByTestId('stop').click();
    expect(await text('confirm-effect')).toMatch(/\d+ (open )?orders/i);
    await page.getByTestId('confirm-ok').click();
    await page.getByTestId('state').getByText('Stopped').waitFor();
    const { account } = await sim.ledger();
    expect(
      account.orders.filter((order) => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED'),
    ).toEqual([]);
  });

  it('starts it again', async () => {
    await page.getByTestId('start').click();
    await page.getByTestId('state').getByText('Running').waitFor();
    const rows = page.getByTestId('open-orders').locator('tbody tr');
    await waitUntil(async () => (await rows.count()) >= 15, {
      timeoutMs: STEP_MS,
      what: 'the orders to be back',
    });
  });
});

const system = () => ({ page, url, api, id });

describe('watching', () => watchCases(system));
describe('trades and orders', () => historyCases(system));
describe('the strategies', () => strategyCases(system));
describe('accounts and platform', () => platformCases(system));
describe('a viewer', () => viewerCases(system));
describe('backtests', () => backtestCases(system));
describe('notifications', () => notificationCases(system));
describe('every page', () => {
  lookCases(system);
  it('has thrown no error', () => {
    expect(troubles).toEqual([]);
  });
});
