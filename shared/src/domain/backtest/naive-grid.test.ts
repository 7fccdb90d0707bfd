import { describe, expect, it } from 'vitest';
import { at, type Candles } from './candles.js';
import { FILL_MODELS, type FillModel } from './fill-model.js';
import { runBacktest } from './run-backtest.js';
import { gridSetup, randomCandles } from './test-market.js';

interface Naive {
  buys: number;
  sells: number;
  gross: number;
  base: number;
  quote: number;
  openBuys: number;
}

/** A grid of one unit per cell in a few lines of plain arithmetic: shares nothing with the engines. */
function naiveGrid(candles: Candles, model: FillModel, lower: number, step: number, levels: number): Naive {
  const line = (i: number): number => lower + i * step;
  const price = at(candles.close, 0);
  const holds = Array.from({ length: levels - 1 }, (_, i) => line(i + 1) > price);
  const held = holds.filter(Boolean).length;
  const total: Naive = { buys: 0, sells: 0, gross: 0, base: held, quote: -held * price, openBuys: 0 };
  const act = (i: number): void => {
    const sells = holds[i] === true;
    total.quote += sells ? line(i + 1) : -line(i);
    total.base += sells ? -1 : 1;
    if (sells) {
      total.sells += 1;
      total.gross += step;
    } else total.buys += 1;
    holds[i] = !sells;
  };
  for (let row = 1; row < candles.close.length; row += 1) {
    const [o, h, l, c] = [candles.open, candles.high, candles.low, candles.close].map((column) =>
      at(column, row),
    );
    if (o === undefined || h === undefined || l === undefined || c === undefined)
      throw new Error('short row');
    if (model === 'path') {
      for (const point of c >= o ? [o, l, h, c] : [o, h, l, c]) {
        // No counter order can fill at the point that armed it, so one look at each cell is enough.
        holds.forEach((sells, i) => {
          if (sells ? point >= line(i + 1) : point <= line(i)) act(i);
        });
      }
      continue;
    }
    const low = model === 'close' ? c : l;
    const high = model === 'close' ? c : h;
    const strict = model === 'strict';
    [...holds].forEach((sells, i) => {
      const reached = sells ? high >= line(i + 1) : low <= line(i);
      const through = sells ? high > line(i + 1) : low < line(i);
      if (strict ? through : reached) act(i);
    });
  }
  total.openBuys = holds.filter((sells) => !sells).length;
  return total;
}

describe.each(FILL_MODELS)('a grid with the %s model', (model) => {
  it.each([0.002, 0.01, 0.05])('agrees with plain arithmetic on swings of %s', (swing) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const candles = randomCandles(seed, 3000, 15_000, 2, swing);
      const expected = naiveGrid(candles, model, 14_000, 50, 61);
      const setup = gridSetup(
        { lower: '140', upper: '170', levels: 61 },
        { fees: { maker: '0', taker: '0', currency: 'quote' } },
      );
      const result = runBacktest(setup, candles, { fillModel: model });
      expect({
        buys: result.buys,
        sells: result.sells,
        gross: Math.round(Number(result.grossGridProfit) * 100),
        base: Number(result.base),
        quote: Math.round((Number(result.quote) - 100_000) * 100),
        openBuys: result.openBuys.length,
      }).toEqual(expected);
    }
  });
});
