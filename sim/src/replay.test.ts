import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { VirtualClock } from './clock.js';
import { Klines } from './market/klines.js';
import type { Recording } from './market/recording.js';
import { readRecordings } from './market/recording-reader.js';
import { ReplaySource } from './market/replay-source.js';
import { SpotMarket } from './market/spot-market.js';
import type { Trade } from './market/tape.js';
import { Timeline } from './market/timeline.js';
import { loadRules, readSteps, readTicks } from './venue/rules.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const FILE = new URL('../data/btcusdt-spot-20240808.jsonl.gz', import.meta.url);

interface Message {
  stream?: string;
  lastUpdateId?: number;
  bids?: [string, string][];
  data?: { u: number; b: string; B: string; a: string; A: string; p: string; q: string; m: boolean };
}

const rules = loadRules();
const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split('\n');
const messages = lines.map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)) as Message);
const snapshotAt = messages.findIndex((message) => message.lastUpdateId !== undefined);
const snapshotId = messages[snapshotAt]?.lastUpdateId ?? 0;
const recording = readOne();
const btc = recording.rules;

function readOne(): Recording {
  const [found] = readRecordings([fileURLToPath(FILE)], rules);
  if (!found) throw new Error('nothing was recorded');
  return found;
}

/** Receive time of a line, ms. */
function timeOf(index: number): number {
  return Number((lines[index] ?? '').split(' ')[0]?.slice(0, -3)) / 1000;
}

function play(
  loop: boolean,
  start = 0,
): { market: SpotMarket; source: ReplaySource; quotes: number[][]; trades: Trade[] } {
  let now = 0;
  const market = new SpotMarket(btc, { now: () => now++ }, 1);
  const quotes: number[][] = [];
  const trades: Trade[] = [];
  market.addListener({
    trade: (_market, trade) => trades.push(trade),
    aggTrade: () => undefined,
    quote: ({ best }) => quotes.push([...(best.bid ?? []), ...(best.ask ?? [])]),
  });
  const source = new ReplaySource(recording, loop);
  source.start(market, start);
  return { market, source, quotes, trades };
}

describe('a replayed session without our orders', () => {
  it('publishes exactly the recorded best quotes, and never a crossed one', () => {
    const { source, quotes } = play(false);
    source.advance(source.length);
    const recorded = messages
      .filter(({ stream, data }) => stream?.endsWith('@bookTicker') && (data?.u ?? 0) > snapshotId)
      .map(({ data }) => [
        readTicks(btc, data?.b ?? ''),
        readSteps(btc, data?.B ?? ''),
        readTicks(btc, data?.a ?? ''),
        readSteps(btc, data?.A ?? ''),
      ]);
    expect(recorded.length).toBeGreaterThan(28_000);
    for (const [bid = 0, , ask = 0] of quotes) expect(bid).toBeLessThan(ask);
    const distinct = recorded.filter((quote, index) => String(quote) !== String(recorded[index - 1]));
    // The snapshot itself is the first quote; from then on both sequences are the same.
    expect(quotes.slice(-distinct.length)).toEqual(distinct);
    expect(quotes.length - distinct.length).toBeLessThanOrEqual(1);
  });

  it('publishes every recorded trade once', () => {
    const { source, trades } = play(false);
    source.advance(source.length);
    const recorded = messages
      .slice(snapshotAt)
      .filter(({ stream }) => stream?.endsWith('@trade'))
      .map(({ data }) => [readTicks(btc, data?.p ?? ''), readSteps(btc, data?.q ?? ''), data?.m]);
    // One trade from before the snapshot opens the session, so that there is a last price.
    expect(trades.slice(1).map((t) => [t.price, t.quantity, t.aggressor === 'sell'])).toEqual(recorded);
  });

  it('has the candles that are computed from the trades of the file, for the whole session', () => {
    const clock = new VirtualClock(Date.UTC(2024, 7, 8));
    const market = new SpotMarket(btc, clock, 1);
    const source = new ReplaySource(recording, false);
    source.start(market);
    const timeline = new Timeline({ speed: 1, clock, batch: (deliver) => deliver() });
    timeline.add(source);
    timeline.advance(source.length + 1);
    const start = Date.UTC(2024, 7, 8);
    const snapshotTime = timeOf(snapshotAt);
    const expected = new Map<number, { prices: number[]; volume: number }>();
    for (const [index, { stream, data }] of messages.entries()) {
      if (index < snapshotAt || stream?.endsWith('@trade') !== true) continue;
      const minute = Math.floor(Math.max(0, timeOf(index) - snapshotTime) / 60_000) * 60_000;
      const bar = expected.get(minute) ?? { prices: [], volume: 0 };
      bar.prices.push(readTicks(btc, data?.p ?? ''));
      bar.volume += readSteps(btc, data?.q ?? '');
      expected.set(minute, bar);
    }
    const bars = market.klines.bars(60_000, start, clock.now(), clock.now());
    expect(bars).toHaveLength(6);
    // The first minute also holds the trade from before the snapshot.
    for (const bar of bars.slice(1)) {
      const { prices = [], volume } = expected.get(bar.openTime - start) ?? {};
      expect([bar.open, bar.high, bar.low, bar.close, bar.volume]).toEqual([
        prices[0],
        Math.max(...prices),
        Math.min(...prices),
        prices.at(-1),
        volume,
      ]);
    }
  });

  it('ends with the book that snapshot and diffs make', () => {
    const { source, market } = play(false);
    source.advance(source.length);
    const bids = new Map<number, number>();
    const put = (rows: readonly (readonly [string, string])[] = []): void => {
      for (const [price, quantity] of rows) bids.set(readTicks(btc, price), readSteps(btc, quantity));
    };
    put(messages[snapshotAt]?.bids);
    for (const { stream, data } of messages) {
      if (stream?.endsWith('@depth@100ms') && Number(data?.u) > snapshotId)
        put(data?.b as unknown as [string, string][]);
    }
    const expected = [...bids].filter(([, quantity]) => quantity > 0).sort(([a], [b]) => b - a);
    // The top may be newer: best quotes arrive before the diff they belong to.
    expect(market.book.depth('buy', 500).slice(20)).toEqual(expected.slice(20, 500));
  });

  it('stands still at the end, or starts again with rising ids when looping', () => {
    const still = play(false);
    still.source.advance(still.source.length + 60_000);
    expect(still.source.ended).toBe(true);
    const looping = play(true);
    const first = looping.market.best;
    looping.source.advance(looping.source.length + 1);
    expect(looping.source.loops).toBe(1);
    expect(looping.market.best.bid?.[0]).toBe(first.bid?.[0]);
    const ids = looping.trades.map(({ id }) => id);
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0))).toBe(true);
  });

  it('can begin in the middle with the book of that moment and no old trades', () => {
    const whole = play(false);
    whole.source.advance(100_000);
    const middle = play(false, 100_000);
    expect(middle.market.book.depth('buy', 50)).toEqual(whole.market.book.depth('buy', 50));
    expect(middle.trades.length).toBeLessThanOrEqual(1);
  });
});

describe('candles', () => {
  const trade = (time: number, price: number, quantity: number): Trade => ({
    id: time,
    price,
    quantity,
    aggressor: 'buy',
    time,
  });

  it('of a minute add up its trades, and an empty minute repeats the close', () => {
    const klines = new Klines();
    klines.add(trade(60_000, 100, 1));
    klines.add(trade(61_000, 105, 2));
    klines.add(trade(119_999, 95, 3));
    klines.add(trade(180_000, 97, 4));
    const bars = klines.bars(60_000, 0, 200_000, 200_000);
    expect(
      bars.map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume]),
    ).toEqual([
      [60_000, 100, 105, 95, 95, 6],
      [120_000, 95, 95, 95, 95, 0],
      [180_000, 97, 97, 97, 97, 4],
    ]);
    expect(bars[0]?.quoteVolume).toBe(100n + 210n + 285n);
  });

  it('of longer intervals are the minutes added up', () => {
    const klines = new Klines();
    for (let minute = 0; minute < 10; minute++) klines.add(trade(minute * 60_000, 100 + minute, 1));
    const [first, second] = klines.bars(300_000, 0, 600_000, 599_999);
    expect([first?.open, first?.close, first?.volume]).toEqual([100, 104, 5]);
    expect([second?.open, second?.close, second?.volume]).toEqual([105, 109, 5]);
  });
});
