import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec } from '../numbers/decimal.js';
import { toTicks, ticksToPrice } from '../market/market.js';
import { strategyKinds } from '../strategy/registry.js';
import { suggestGrid, SuggestError } from './suggest.js';
import { candlesOf, gridSetup, randomCandles } from './test-market.js';

const { market } = gridSetup();

describe('a suggested grid', () => {
  it('spans where nine tenths of the closes were, in steps of half an hour’s swing', () => {
    // Closes 100 to 200, each candle of a minute; one hour of sixty candles swings about sixty.
    const climb = Array.from({ length: 101 }, (_, i): [number, number, number, number] => {
      const price = i % 2 === 0 ? 100 + i / 2 : 200 - i / 2;
      return [price, price, price, Math.round(price)];
    });
    const suggestion = suggestGrid(candlesOf(climb), market.tickSize, '0.001');
    expect(suggestion.measured.lowQuantile).toBe('105');
    expect(suggestion.measured.highQuantile).toBe('195');
    const { lower, upper, measured, stepPct } = suggestion;
    expect(dec(lower).lte(105) && dec(upper).gte(195)).toBe(true);
    expect(Number(stepPct)).toBeGreaterThanOrEqual(Number(measured.hourlyRangePct) / 2 - 0.0001);
  });

  it('never has steps that do not earn three times their fees', () => {
    const calm = randomCandles(3, 5_000, 10_000, 2, 0.0002);
    const suggestion = suggestGrid(calm, market.tickSize, '0.001');
    expect(Number(suggestion.measured.breakEvenStepPct)).toBeCloseTo(0.2002, 3);
    expect(Number(suggestion.stepPct)).toBeGreaterThan(0.6);
    expect(suggestion.reasons.join(' ')).toMatch(/Fees need a step of 0\.2002 %/);
  });

  it('is planned without a refusal, with the last price inside', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('0', '0.001', '-0.0001'), (seed, maker) => {
        const candles = randomCandles(seed, 3_000, 10_000, 2, 0.004);
        const { lower, upper, levels, spacing, measured } = suggestGrid(candles, market.tickSize, maker);
        const last = dec(measured.lastPrice);
        expect(last.gt(lower) && last.lt(upper)).toBe(true);
        expect(dec(lower).eq(ticksToPrice(market, toTicks(market, lower)))).toBe(true);
        const params = { lower, upper, levels, spacing, quantity: { mode: 'base', value: '1' } };
        const price = toTicks(market, last);
        const plan = strategyKinds
          .get('range-grid')
          ?.bind(params)
          .plan({
            legs: [
              {
                leg: 0,
                market,
                bid: price,
                ask: price,
                makerRate: maker,
                takerRate: maker,
                feeCurrency: 'quote',
                baseFree: null,
                quoteFree: null,
              },
            ],
          });
        expect(plan?.refusals).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('says how long the range may last when there are days enough to know', () => {
    const minutes = suggestGrid(randomCandles(1, 500, 10_000), market.tickSize, '0.001');
    expect(minutes.measured.dailyVolatilityPct).toBeNull();
    const days = suggestGrid(randomCandles(1, 7_000, 10_000), market.tickSize, '0.001');
    expect(Number(days.measured.dailyVolatilityPct)).toBeGreaterThan(0);
    expect(days.reasons.at(-1)).toMatch(/for about \d+ days/);
  });

  it.each([
    ['one candle', candlesOf([[100, 100, 100, 100]]), /two or more/],
    [
      'no movement',
      candlesOf(Array.from({ length: 9 }, () => [100, 100, 100, 100] as const)),
      /has not moved/,
    ],
  ])('%s says nothing', (_, candles, message) => {
    expect(() => suggestGrid(candles, market.tickSize, '0.001')).toThrow(SuggestError);
    expect(() => suggestGrid(candles, market.tickSize, '0.001')).toThrow(message);
  });

  it('a tick too coarse for a grid is refused', () => {
    expect(() => suggestGrid(randomCandles(1, 500, 10_000), '50', '0.001')).toThrow(/too coarse/);
  });
});
