import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRules, readTicks } from '../venue/rules.js';
import { VirtualClock } from '../clock.js';
import { parseMarketSpec } from './market-spec.js';
import { SourceFactory } from './open-source.js';
import { RandomPath, type RandomProcess } from './random-path.js';
import { ScriptedSource } from './scripted-source.js';
import type { MarketSource } from './source.js';
import { SpotMarket } from './spot-market.js';
import type { Trade } from './tape.js';
import { Timeline } from './timeline.js';

const directory = mkdtempSync(join(tmpdir(), 'sim-sources-'));
const rules = loadRules();
const factory = new SourceFactory(rules, { loop: false, seed: 1 });

afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function open(spec: string, from = factory): MarketSource {
  return from.open(parseMarketSpec(spec));
}

interface Watched {
  market: SpotMarket;
  trades: Trade[];
  clock: VirtualClock;
}

/** A market on a virtual clock that begins at 0. */
function watch(symbol: string, clock = new VirtualClock(0)): Watched {
  const found = rules.get(symbol);
  if (!found) throw new Error(`no rules for ${symbol}`);
  const market = new SpotMarket(found, clock, 1);
  const trades: Trade[] = [];
  market.addListener({
    trade: (_market, trade) => trades.push(trade),
    aggTrade: () => undefined,
    quote: ({ best }) => {
      if (best.bid && best.ask) expect(best.bid[0]).toBeLessThan(best.ask[0]);
    },
  });
  return { market, trades, clock };
}

function timelineOf(clock: VirtualClock, ...sources: MarketSource[]): Timeline {
  const timeline = new Timeline({ speed: 1, clock, batch: (deliver) => deliver() });
  timeline.add(...sources);
  return timeline;
}

const CANDLES = `open_time_ms,open,high,low,close,volume
1748623200000,100,104,98,103,250
1748623260000,103,103.5,99,99.5,0.2
1748623320000,99.5,99.5,99.5,99.5,0
1748623380000,99.5,120.25,99.5,110,77.7
`;

describe('a candle file', () => {
  it('becomes trades whose candles are those of the file', () => {
    const { market, clock } = watch('SOLUSDT');
    const source = open(`SOLUSDT=candles:${file('sol.csv.gz', gzipSync(CANDLES))}`);
    source.start(market);
    timelineOf(clock, source).advance(239_999);
    const bars = market.klines.bars(60_000, 0, 240_000, 239_999);
    const price = (text: string): number => readTicks(market.rules, text);
    expect(bars.map(({ open: first, high, low, close }) => [first, high, low, close])).toEqual([
      [price('100'), price('104'), price('98'), price('103')],
      [price('103'), price('103.5'), price('99'), price('99.5')],
      [price('99.5'), price('99.5'), price('99.5'), price('99.5')],
      [price('99.5'), price('120.25'), price('99.5'), price('110')],
    ]);
    expect(bars.map(({ volume }) => volume / Number(100_000_000n / market.rules.step))).toEqual([
      250, 0.2, 0, 77.7,
    ]);
  });

  it('walks a rising bar to its low first and a falling one to its high first', () => {
    const { market, trades, clock } = watch('SOLUSDT');
    const source = open(`SOLUSDT=candles:${file('walk.csv', CANDLES)}`);
    source.start(market);
    timelineOf(clock, source).advance(119_999);
    const texts = trades.map(({ price }) => price);
    const at = (text: string): number => texts.indexOf(readTicks(market.rules, text));
    expect(at('98')).toBeLessThan(at('104'));
    expect(texts.lastIndexOf(readTicks(market.rules, '103.5'))).toBeLessThan(
      texts.lastIndexOf(readTicks(market.rules, '99')),
    );
  });

  it.each([
    ['time,open\n1,2', /first line/],
    [CANDLES.replace('104', '98.5'), /line 2: open and close must lie/],
    [CANDLES.replace('1748623260000', '1748623200000'), /line 3: times must rise/],
    [CANDLES.replace('250', 'x'), /line 2/],
  ])('is refused with the line that is wrong', (text, message) => {
    expect(() => open(`SOLUSDT=candles:${file('bad.csv', text)}`)).toThrow(message);
  });
});

const process: RandomProcess = {
  price: 15_000,
  volatility: 0.8,
  drift: 0,
  reversion: 0,
  jumpsPerHour: 0,
  jumpSize: 0,
  everyMs: 1000,
  quantity: 50,
  seed: 7,
};

function pricesOf(changes: Partial<RandomProcess>, count: number): number[] {
  const points = new RandomPath('SOLUSDT', { ...process, ...changes }).points();
  return Array.from({ length: count }, () => points.next().value?.price ?? 0);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe('a random process', () => {
  it('gives the same prices for the same seed, others for another', () => {
    expect(pricesOf({}, 500)).toEqual(pricesOf({}, 500));
    expect(pricesOf({ seed: 8 }, 500)).not.toEqual(pricesOf({}, 500));
  });

  it('moves as much as its volatility says', () => {
    const prices = pricesOf({ price: 10_000_000 }, 20_000);
    const moves = prices.slice(1).map((price, index) => Math.log(price / (prices[index] ?? 1)));
    const yearly = deviation(moves) * Math.sqrt(365 * 24 * 3600);
    expect(yearly).toBeGreaterThan(0.76);
    expect(yearly).toBeLessThan(0.84);
  });

  it('stays near its start when it reverts, and jumps when it jumps', () => {
    const free = pricesOf({ price: 10_000_000, volatility: 3 }, 20_000);
    const pulled = pricesOf({ price: 10_000_000, volatility: 3, reversion: 20 }, 20_000);
    expect(deviation(pulled)).toBeLessThan(deviation(free) / 2);
    const jumping = pricesOf({ price: 10_000_000, jumpsPerHour: 60, jumpSize: 0.05 }, 3600);
    const largest = Math.max(
      ...jumping.slice(1).map((price, index) => Math.abs(Math.log(price / (jumping[index] ?? 1)))),
    );
    expect(largest).toBeGreaterThan(0.02);
  });

  it('only gives whole ticks above zero and whole steps, whatever its parameters', () => {
    fc.assert(
      fc.property(
        fc.record({
          price: fc.integer({ min: 1, max: 10 ** 9 }),
          volatility: fc.double({ min: 0, max: 50, noNaN: true }),
          drift: fc.double({ min: -50, max: 50, noNaN: true }),
          reversion: fc.double({ min: 0, max: 100, noNaN: true }),
          jumpSize: fc.double({ min: 0, max: 5, noNaN: true }),
          seed: fc.nat(),
        }),
        (changes) => {
          const points = new RandomPath('SOLUSDT', { ...process, jumpsPerHour: 1000, ...changes }).points();
          for (let count = 0; count < 50; count++) {
            const { value } = points.next();
            expect(Number.isSafeInteger(value?.price) && Number.isSafeInteger(value?.quantity)).toBe(true);
            expect(Math.min(value?.price ?? 0, value?.quantity ?? 0)).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe('a script', () => {
  const steps = [
    { afterMs: 0, price: '0.5' },
    { afterMs: 1000, price: '0.6' },
    { afterMs: 500, price: '0.4' },
  ];

  it('sets its prices at its times, and the best quotes with them', () => {
    const { market, trades, clock } = watch('ADAUSDT');
    const source = open(`ADAUSDT=script:${file('script.json', JSON.stringify(steps))},spread=0.1%`);
    source.start(market);
    const timeline = timelineOf(clock, source);
    timeline.advance(999);
    expect(market.lastPrice()).toBe(readTicks(market.rules, '0.5'));
    timeline.advance(1);
    expect([market.lastPrice(), market.best.ask?.[0]]).toEqual([6000, 6000]);
    timeline.advance(10_000);
    expect([market.lastPrice(), market.best.bid?.[0], market.best.ask?.[0]]).toEqual([4000, 4000, 4004]);
    expect(source.ended).toBe(true);
    expect(trades.map(({ time }) => time)).toEqual([0, 1000, 1500]);
  });

  it('starts again at its end when it loops', () => {
    const { market, trades, clock } = watch('ADAUSDT');
    const looping = new SourceFactory(rules, { loop: true, seed: 1 });
    const source = open(`ADAUSDT=script:${file('loop.json', JSON.stringify(steps))}`, looping);
    source.start(market);
    timelineOf(clock, source).advance(4600);
    expect(source.loops).toBe(3);
    expect(trades.at(-1)?.price).toBe(5000);
  });

  it('is replaced by another whose first step counts from then', () => {
    const { market, clock } = watch('ADAUSDT');
    const source = open('ADAUSDT=manual:0.5');
    source.start(market);
    const timeline = timelineOf(clock, source);
    timeline.advance(5000);
    if (!(source instanceof ScriptedSource)) throw new Error('a manual market is scripted');
    source.run([{ afterMs: 100, price: 7000 }], false);
    timeline.advance(99);
    expect(market.lastPrice()).toBe(5000);
    timeline.advance(1);
    expect(market.lastPrice()).toBe(7000);
  });

  it.each([
    ['{}', /must be a list/],
    ['[]', /at least one step/],
    ['[{"afterMs":-1,"price":"1"}]', /step 0: afterMs/],
    ['[{"afterMs":0,"price":1}]', /step 0: price/],
    ['[{"afterMs":0,"price":"0"}]', /no price of ADAUSDT/],
  ])('%s is refused', (text, message) => {
    expect(() => open(`ADAUSDT=script:${file('bad.json', text)}`)).toThrow(message);
  });
});

describe('several markets on one timeline', () => {
  it('move in the order of their times, whatever each is made of', () => {
    const clock = new VirtualClock(0);
    const sol = watch('SOLUSDT', clock);
    const ada = watch('ADAUSDT', clock);
    const sources = [open('SOLUSDT=gbm:price=150,every=70,seed=3'), open('ADAUSDT=ou:0.5,every=110,seed=4')];
    sources[0]?.start(sol.market);
    sources[1]?.start(ada.market);
    timelineOf(clock, ...sources).advance(10_000);
    expect(sol.trades.map(({ time }) => time)).toEqual(Array.from({ length: 143 }, (_, n) => n * 70));
    expect(ada.trades.map(({ time }) => time)).toEqual(Array.from({ length: 91 }, (_, n) => n * 110));
  });
});

describe('a market spec', () => {
  it.each([
    ['BTCUSDT', /SYMBOL=KIND/],
    ['BTCUSDT=wat:1', /none of ticks/],
    ['BTCUSDT=ticks:', /needs a file/],
    ['SOLUSDT=gbm:vol=1', /price/],
    ['SOLUSDT=gbm:price=1,wat=2', /does not know "wat"/],
    ['SOLUSDT=gbm:price=1,vol=-1', /vol "-1" must be/],
    ['SOLUSDT=manual:0', /price "0" must be/],
    ['SOLUSDT=manual:1,spread=5', /spread "5" must be/],
    ['NOSUCH=manual:1', /no trading rules for NOSUCH/],
  ])('%s is refused', (text, message) => {
    expect(() => open(text)).toThrow(message);
  });

  it('names the venue it is for, its spread and its depth', () => {
    expect(parseMarketSpec('venue-b/ETHUSDT=manual:3000,spread=0.02%,depth=500')).toMatchObject({
      venue: 'venue-b',
      symbol: 'ETHUSDT',
      shape: { spreadPpm: 200, levelQuote: 50_000_000_000n },
    });
  });
});
