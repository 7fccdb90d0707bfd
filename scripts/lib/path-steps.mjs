import { setTimeout as delay } from 'node:timers/promises';
import { Stop } from './stop.mjs';

/** Asks again and again until `look` gives something. @throws Stop after `timeoutMs`, naming `what` was waited for */
export async function waitFor(what, timeoutMs, look) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > end) throw new Stop(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await delay(100);
  }
}

/** Times steps; each is printed when it is done, `table` gives them all as Markdown. */
export function createStepTimes(print, now = () => performance.now()) {
  const rows = [];
  return {
    async step(title, work) {
      const startedAt = now();
      const result = await work();
      const seconds = ((now() - startedAt) / 1000).toFixed(1);
      rows.push([title, seconds]);
      print(`${title} … ${seconds} s`);
      return result;
    },
    table() {
      const total = rows.reduce((sum, [, seconds]) => sum + Number(seconds), 0).toFixed(1);
      const lines = [...rows, ['together', total]].map(([title, seconds]) => `| ${title} | ${seconds} |`);
      return ['| step | seconds |', '|---|---|', ...lines].join('\n');
    },
  };
}
