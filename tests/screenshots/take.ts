import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { findProgram } from '../../cli/bin/programs.mjs';
import { startServices } from '../services.js';
import { takePages } from './pictures.js';
import { Showcase } from './showcase.js';

/** Time for the grids to trade and for a second point of the profit curve, which is stored each minute. */
const WARM_UP_MS = 90_000;

async function takeAll(show: Showcase): Promise<void> {
  await delay(WARM_UP_MS);
  const browser = await chromium.launch({
    executablePath: findProgram('chromium') ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    await takePages(browser, show);
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
