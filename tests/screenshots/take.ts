import { mkdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { findProgram } from '../../cli/bin/programs.mjs';
import { uiPages } from '../browser/pages.js';
import { startServices } from '../services.js';
import { Showcase } from './showcase.js';

/** Pictures of every page in both themes, in `docs/screenshots/`; `--serve` only keeps the system running. */
const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const SIZE = { width: 1280, height: 800 };
const UPPER_PART = 560;
const STEP_MS = 60_000;
/** Time for the grids to trade and for a second point of the profit curve, which is stored each minute. */
const WARM_UP_MS = 100_000;
/** Time for fonts, transitions and the first live updates. */
const SETTLE_MS = 700;
/** Small enough for a repository. */
const MAX_BYTES = 150 * 1024;

async function takeTheme(browser: Browser, show: Showcase, theme: 'light' | 'dark'): Promise<void> {
  const context = await browser.newContext({
    viewport: SIZE,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(`localStorage.setItem('gridfleet.theme', '${theme}')`);
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  const { single: backtest, sweep } = show.backtests;
  for (const { name, path, ready } of uiPages({ strategy: show.strategyId, backtest, sweep })) {
    await page.goto(`${show.url}${path}`);
    await page.locator(ready).first().waitFor();
    await delay(SETTLE_MS);
    const file = `${FOLDER}${name}-${theme}.png`;
    await page.screenshot({ path: file });
    // Long tables of figures do not compress well: their upper part says as much.
    if (statSync(file).size > MAX_BYTES)
      await page.screenshot({ path: file, clip: { x: 0, y: 0, width: SIZE.width, height: UPPER_PART } });
    const { size } = statSync(file);
    if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes; a picture has at most ${MAX_BYTES}`);
    console.log(`${name}-${theme}.png ${Math.round(size / 1024)} kB`);
  }
  await context.close();
}

async function takeAll(show: Showcase): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await delay(WARM_UP_MS);
  const browser = await chromium.launch({
    executablePath: findProgram('chromium') ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    for (const theme of ['light', 'dark'] as const) await takeTheme(browser, show, theme);
  } finally {
    await browser.close();
  }
}

async function serve(show: Showcase): Promise<void> {
  console.log(`The showcase runs at ${show.url} until Ctrl-C.`);
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
  // A pending promise alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  await ended;
  clearInterval(alive);
}

const services = await startServices();
try {
  process.env['REDIS_URL'] = services.redisUrl;
  process.env['DATABASE_URL'] = services.databaseUrl;
  const show = await Showcase.start();
  try {
    await (process.argv.includes('--serve') ? serve(show) : takeAll(show));
  } finally {
    await show.stop();
  }
} finally {
  await services.stop();
}
