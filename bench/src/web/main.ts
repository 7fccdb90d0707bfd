import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { FakeApi } from './fake-api.js';
import { costOf, scrollFrames } from './page-cost.js';

const STRATEGIES = 500;
const FILLS = 10_000;
/** Seconds in which every strategy reports once. */
const TICKS = 6;
const SCROLL_STEPS = 120;
const SECOND_MS = 1_000;
const STEP_MS = 60_000;
const DIST = fileURLToPath(new URL('../../../web/dist', import.meta.url));

const PAGES = [
  { name: 'monitor, 500 cards', path: '/monitor', ready: '[data-testid^="card-"]' },
  { name: 'strategies, 500 rows', path: '/strategies', ready: '[data-testid^="strategy-row-"]' },
  { name: 'trades, 10,000 fills', path: '/trades', ready: '[data-testid="trades-table"] tbody tr' },
] as const;

function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(browser: Browser, api: FakeApi, { name, path, ready }: (typeof PAGES)[number]) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(STEP_MS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const began = performance.now();
  await page.goto(`${api.url}${path}`);
  await page.locator(ready).first().waitFor();
  const firstView = performance.now() - began;
  if (path === '/trades') {
    const more = page.getByRole('button', { name: 'Load more' });
    for (let loaded = 100; loaded < FILLS; loaded += 100) await more.click();
    await more.waitFor({ state: 'detached' });
  }
  await wait(2 * SECOND_MS);
  const idle = await costOf(session, () => wait(3 * SECOND_MS));
  const live = await costOf(session, async () => {
    for (let tick = 1; tick <= TICKS; tick += 1) {
      const next = wait(SECOND_MS);
      api.pushStatuses(tick);
      for (let index = 0; index < 20; index += 1) api.pushFill(FILLS + tick * 20 + index);
      await next;
    }
  });
  await page.mouse.move(640, 600);
  const frames = await scrollFrames(page, SCROLL_STEPS);
  await page.close();
  return {
    page: name,
    'first view, ms': Math.round(firstView),
    'script per second at rest, ms': Math.round((idle.script / idle.wall) * SECOND_MS),
    'script per second of 500 updates, ms': Math.round((live.script / live.wall) * SECOND_MS),
    'main thread busy, %': Math.round((live.task / live.wall) * 100),
    'scroll frame p50, ms': Math.round(percentile(frames, 0.5)),
    'scroll frame p95, ms': Math.round(percentile(frames, 0.95)),
  };
}

/** 500 running strategies that all report once a second, and 10,000 fills, in Chromium. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const api = await FakeApi.start(DIST, STRATEGIES, FILLS);
try {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    for (const page of PAGES) console.log(JSON.stringify(await measure(browser, api, page), null, 2));
  } finally {
    await browser.close();
  }
} finally {
  await api.close();
}
