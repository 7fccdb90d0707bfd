import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { FILL_MODELS } from './fill-model.js';
import { runBacktest } from './run-backtest.js';
import { gridSetup, randomCandles } from './test-market.js';

describe('the same backtest', () => {
  it.each(FILL_MODELS)('gives the same bytes twice (%s)', (fillModel) => {
    const print = (): string =>
      JSON.stringify(runBacktest(gridSetup(), randomCandles(7, 3000, 15_000), { fillModel }));
    expect(print()).toBe(print());
  });

  it('leaves the candles as they were', () => {
    const candles = randomCandles(7, 500, 15_000);
    runBacktest(gridSetup(), candles, { fillModel: 'path' });
    expect(candles).toEqual(randomCandles(7, 500, 15_000));
  });

  it('reads candles that threads share as it reads its own', async () => {
    const candles = randomCandles(7, 500, 15_000);
    const shared = (column: Float64Array): Float64Array => {
      const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
      copy.set(column);
      return copy;
    };
    const { times, open, high, low, close, places } = candles;
    const columns = [times, open, high, low, close].map(shared);
    const echo = new Worker(
      "const { parentPort } = require('node:worker_threads'); parentPort.once('message', (m) => parentPort.postMessage(m));",
      { eval: true },
    );
    const back = new Promise<Float64Array[]>((resolve, reject) => {
      echo.once('message', resolve);
      echo.once('error', reject);
    });
    echo.postMessage(columns);
    const [t, o, h, l, c] = await back;
    await echo.terminate();
    if (!t || !o || !h || !l || !c) throw new Error('a column was lost');
    const options = { fillModel: 'path' as const };
    const there = runBacktest(gridSetup(), { times: t, open: o, high: h, low: l, close: c, places }, options);
    expect(JSON.stringify(there)).toBe(JSON.stringify(runBacktest(gridSetup(), candles, options)));
  });
});
