import type { Clock } from '../clock.js';
import { Bans, type BanLimits } from './bans.js';
import { refuse } from './errors.js';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

export interface VenueLimits extends BanLimits {
  /** Request weight per minute and IP. */
  weightPerMinute: number;
  /** New orders per account in 10 s and in a day. */
  ordersPer10s: number;
  ordersPerDay: number;
}

/** Binance spot's limits. */
export const STANDARD_LIMITS: VenueLimits = {
  weightPerMinute: 6000,
  ordersPer10s: 100,
  ordersPerDay: 200_000,
  firstBan: 2 * 60 * SECOND,
  longestBan: 3 * DAY,
};

/** The longer window of new orders per account: a day at spot, a minute at futures. */
export interface OrderWindow {
  length: number;
  limit: number;
  /** As the headers name it, e.g. `1D`, and the refusal, e.g. `1 DAY`. */
  header: string;
  interval: string;
}

/** A count that starts again at each full window of the clock. */
class Window {
  #window = 0;
  count = 0;

  constructor(private readonly length: number) {}

  roll(now: number): void {
    const window = Math.floor(now / this.length);
    if (window !== this.#window) this.count = 0;
    this.#window = window;
  }

  /** Whole seconds until the window ends, at least 1. */
  secondsLeft(now: number): number {
    return Math.ceil((this.length - (now % this.length)) / SECOND);
  }
}

/** Request weight by IP and order counts by account, in windows aligned to the clock. */
export class RateLimits {
  readonly bans: Bans;
  readonly #weights = new Map<string, Window>();
  readonly #orders = new Map<string, { short: Window; long: Window }>();
  readonly #longHeader: string;

  constructor(
    private readonly clock: Clock,
    readonly limits: VenueLimits,
    private readonly long: OrderWindow = {
      length: DAY,
      limit: limits.ordersPerDay,
      header: '1D',
      interval: '1 DAY',
    },
  ) {
    this.bans = new Bans(clock, limits);
    this.#longHeader = `X-MBX-ORDER-COUNT-${long.header}`;
  }

  /** @throws VenueError 429 or 418 while the IP must wait. */
  checkBan(ip: string): void {
    this.bans.check(ip);
  }

  /** Adds a request's weight. @returns the weight used in this minute. */
  addWeight(ip: string, weight: number): number {
    const window = upsert(this.#weights, ip, () => new Window(60 * SECOND));
    window.roll(this.clock.now());
    window.count += weight;
    return window.count;
  }

  /** @throws VenueError 429 when the IP is over its weight. */
  checkWeight(ip: string): void {
    const window = this.#weights.get(ip);
    if (window && window.count > this.limits.weightPerMinute) {
      const seconds = window.secondsLeft(this.clock.now());
      this.bans.refuse(ip, 429, seconds * SECOND);
      throw refuse.tooMuchWeight(this.limits.weightPerMinute, seconds);
    }
  }

  /** @throws VenueError 429 when the account may not place another order now. */
  checkOrders(apiKey: string): void {
    const now = this.clock.now();
    const { short, long } = this.#windows(apiKey);
    if (short.count >= this.limits.ordersPer10s) {
      throw refuse.tooManyOrders(this.limits.ordersPer10s, '10 SECOND', short.secondsLeft(now));
    }
    if (long.count >= this.long.limit) {
      throw refuse.tooManyOrders(this.long.limit, this.long.interval, long.secondsLeft(now));
    }
  }

  /** The limits on orders as `exchangeInfo` lists them. */
  get orderLimits(): { interval: string; intervalNum: number; limit: number }[] {
    const interval = this.long.length === DAY ? 'DAY' : 'MINUTE';
    return [
      { interval: 'SECOND', intervalNum: 10, limit: this.limits.ordersPer10s },
      { interval, intervalNum: 1, limit: this.long.limit },
    ];
  }

  /** Counts an accepted order. @returns the headers that report it. */
  addOrder(apiKey: string): Record<string, string> {
    this.countOrder(apiKey);
    return this.orderHeaders(apiKey);
  }

  /** Counts an accepted order that is answered later. */
  countOrder(apiKey: string): void {
    const { short, long } = this.#windows(apiKey);
    short.count++;
    long.count++;
  }

  /** Gives counts back on an order's first fill: only unfilled orders count. */
  giveBack(apiKey: string, orders: number): void {
    const { short, long } = this.#windows(apiKey);
    short.count = Math.max(0, short.count - orders);
    long.count = Math.max(0, long.count - orders);
  }

  /** The counts as an answer reports them. */
  orderHeaders(apiKey: string): Record<string, string> {
    const { short, long } = this.#windows(apiKey);
    return {
      'X-MBX-ORDER-COUNT-10S': String(short.count),
      [this.#longHeader]: String(long.count),
    };
  }

  #windows(apiKey: string): { short: Window; long: Window } {
    const windows = upsert(this.#orders, apiKey, () => ({
      short: new Window(10 * SECOND),
      long: new Window(this.long.length),
    }));
    const now = this.clock.now();
    windows.short.roll(now);
    windows.long.roll(now);
    return windows;
  }
}

function upsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
