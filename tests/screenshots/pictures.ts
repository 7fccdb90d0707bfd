import { mkdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { uiPages, visit } from '../browser/pages.js';
import type { Showcase } from './showcase.js';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const SIZE = { width: 1280, height: 800 };
const UPPER_PART = 560;
const STEP_MS = 60_000;
/** Time for fonts, transitions and the first live updates. */
const SETTLE_MS = 700;
/** Time for charts to be drawn in the other theme. */
const THEME_MS = 350;
/** Small enough for a repository. */
const MAX_BYTES = 150 * 1024;

type Theme = 'light' | 'dark';

async function takePicture(page: Page, file: string): Promise<void> {
  await page.screenshot({ path: file });
  // Long tables of figures do not compress well: their upper part says as much.
  if (statSync(file).size > MAX_BYTES)
    await page.screenshot({ path: file, clip: { x: 0, y: 0, width: SIZE.width, height: UPPER_PART } });
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes; a picture has at most ${MAX_BYTES}`);
  console.log(`${basename(file)} ${Math.round(size / 1024)} kB`);
}

/** Pictures of every page in both themes, in `docs/screenshots/`: each page once, in the theme it is found in and then in the other. */
export async function takePages(browser: Browser, show: Showcase): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const context = await browser.newContext({
    viewport: SIZE,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  const { single: backtest, sweep } = show.backtests;
  // The overview comes last: its curve gets a point a minute.
  const pages = uiPages({ strategy: show.strategyId, backtest, sweep }).reverse();
  await page.goto(show.url);
  let theme: Theme = 'light';
  for (const uiPage of pages) {
    await visit(page, uiPage);
    await delay(SETTLE_MS);
    await takePicture(page, `${FOLDER}${uiPage.name}-${theme}.png`);
    await page.getByTestId('theme').click();
    theme = theme === 'light' ? 'dark' : 'light';
    await page.mouse.move(0, 0);
    await delay(THEME_MS);
    await takePicture(page, `${FOLDER}${uiPage.name}-${theme}.png`);
  }
  await context.close();
}
