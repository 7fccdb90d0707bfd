import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { Trade } from './tape.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Length of each interval that Binance spot offers, ms (months excepted). */
export const INTERVALS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '1s': SECOND,
    '1m': MINUTE,
    '3m': 3 * MINUTE,
    '5m': 5 * MINUTE,
    '15m': 15 * MINUTE,
    '30m': 30 * MINUTE,
    '1h': HOUR,
    '2h': 2 * HOUR,
    '4h': 4 * HOUR,
    '6h': 6 * HOUR,
    '8h': 8 * HOUR,
    '12h': 12 * HOUR,
    '1d': DAY,
    '3d': 3 * DAY,
    '1w': 7 * DAY,
  }),
);

/** Weeks open on Monday; the epoch was a Thursday. */
const WEEK_OFFSET = 4 * DAY;
const KEPT_BARS = 20_160;

/** One candle; volumes in steps, quote volumes in ticks × steps. */
export interface Bar {
  openTime: number;
  open: Ticks;
  high: Ticks;
  low: Ticks;
  close: Ticks;
  volume: Steps;
  quoteVolume: bigint;
  buyVolume: Steps;
  buyQuoteVolume: bigint;
  trades: number;
  firstId: number;
  lastId: number;
}

/** When the bar of `interval` ms that contains `time` opens. */
export function openTimeOf(time: number, interval: number): number {
  const offset = interval === 7 * DAY ? WEEK_OFFSET : 0;
  return Math.floor((time - offset) / interval) * interval + offset;
}

/** Bars of one length, without gaps: a time without trades repeats the close with no volume. */
class Series {
  readonly bars: Bar[] = [];

  constructor(private readonly interval: number) {}

  add(trade: Trade): void {
    this.advance(trade.time);
    const openTime = openTimeOf(trade.time, this.interval);
    let bar = this.bars[this.bars.length - 1];
    if (!bar || bar.openTime < openTime) {
      bar = emptyBar(openTime, trade.price);
      this.bars.push(bar);
    }
    addTrade(bar, trade);
  }

  advance(now: number): void {
    const last = this.bars[this.bars.length - 1];
    if (!last) return;
    const current = openTimeOf(now, this.interval);
    const first = Math.max(last.openTime + this.interval, current - KEPT_BARS * this.interval);
    for (let time = first; time <= current; time += this.interval) this.bars.push(emptyBar(time, last.close));
    if (this.bars.length >= 2 * KEPT_BARS) this.bars.splice(0, this.bars.length - KEPT_BARS);
  }
}

/** Candles of one market from its public trades: seconds and minutes are kept, longer bars are added up from minutes. */
export class Klines {
  readonly #seconds = new Series(SECOND);
  readonly #minutes = new Series(MINUTE);

  add(trade: Trade): void {
    this.#seconds.add(trade);
    this.#minutes.add(trade);
  }

  /** Bars that open within [from, to], oldest first, up to the one of `now`. */
  bars(interval: number, from: number, to: number, now: number): Bar[] {
    const series = interval === SECOND ? this.#seconds : this.#minutes;
    series.advance(now);
    const first = openTimeOf(Math.max(from, 0), interval);
    const start = lowerBound(series.bars, first);
    const merged: Bar[] = [];
    for (let index = start; index < series.bars.length; index++) {
      const bar = series.bars[index];
      if (!bar) break;
      const openTime = openTimeOf(bar.openTime, interval);
      if (openTime > to) break;
      const last = merged[merged.length - 1];
      if (last?.openTime === openTime) mergeBar(last, bar);
      else merged.push({ ...bar, openTime });
    }
    return merged.filter((bar) => bar.openTime >= from);
  }

  /** One bar over the minutes since `from`, or null when there is no trade yet. */
  total(from: number, now: number): Bar | null {
    const bars = this.bars(MINUTE, from, now, now);
    const [first, ...rest] = bars;
    if (!first) return null;
    for (const bar of rest) mergeBar(first, bar);
    return first;
  }
}

function emptyBar(openTime: number, price: Ticks): Bar {
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0n,
    buyVolume: 0,
    buyQuoteVolume: 0n,
    trades: 0,
    firstId: -1,
    lastId: -1,
  };
}

function addTrade(bar: Bar, trade: Trade): void {
  const quote = BigInt(trade.price) * BigInt(trade.quantity);
  // A bar filled in before its first trade shows the old close; its open is that of the first trade.
  if (bar.trades === 0)
    Object.assign(bar, { open: trade.price, high: trade.price, low: trade.price, firstId: trade.id });
  bar.high = Math.max(bar.high, trade.price);
  bar.low = Math.min(bar.low, trade.price);
  bar.close = trade.price;
  bar.volume += trade.quantity;
  bar.quoteVolume += quote;
  if (trade.aggressor === 'buy') {
    bar.buyVolume += trade.quantity;
    bar.buyQuoteVolume += quote;
  }
  bar.trades++;
  bar.lastId = trade.id;
}

function mergeBar(bar: Bar, next: Bar): void {
  if (next.trades > 0) {
    if (bar.trades === 0)
      Object.assign(bar, { open: next.open, high: next.high, low: next.low, firstId: next.firstId });
    bar.lastId = next.lastId;
    bar.high = Math.max(bar.high, next.high);
    bar.low = Math.min(bar.low, next.low);
  }
  bar.close = next.close;
  bar.volume += next.volume;
  bar.quoteVolume += next.quoteVolume;
  bar.buyVolume += next.buyVolume;
  bar.buyQuoteVolume += next.buyQuoteVolume;
  bar.trades += next.trades;
}

function lowerBound(bars: readonly Bar[], openTime: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bars[middle]?.openTime ?? 0) < openTime) low = middle + 1;
    else high = middle;
  }
  return low;
}
