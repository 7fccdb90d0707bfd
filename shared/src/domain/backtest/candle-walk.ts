import { at, type Candles } from './candles.js';
import type { FillModel } from './fill-model.js';
import { PriceScale } from './price-scale.js';
import { Session, type PricePoint } from './session.js';
import type { SessionOrder } from './session-order.js';
import type { BacktestSetup, Run } from './setup.js';
import { WalkStops } from './walk-stops.js';
import { ticksToPrice, type Ticks } from '../market/market.js';

/** No price is special to a machine that sees them all. */
const AWAKE = { lower: null, upper: null };
const ENDLESS = 'the strategy trades without end at one price';
/** Fills at one point of a walk beyond which the machine is taken to chase its own orders. */
const MAX_FILLS_AT_A_POINT = 100_000;

/** Walks candles event by event through a strategy's machine: any kind, any params. */
class CandleWalk {
  readonly #candles: Candles;
  readonly #scale: PriceScale;
  readonly #setup: BacktestSetup;
  readonly #session: Session;
  readonly #model: FillModel;
  /** Price the walk stands at, in units of the candles. */
  #price: number;

  constructor(setup: BacktestSetup, candles: Candles, model: FillModel, showsAll: boolean) {
    this.#model = model;
    this.#setup = setup;
    this.#candles = candles;
    this.#scale = new PriceScale(setup.market, candles.places);
    this.#price = at(candles.close, 0);
    // The start's only price is a tick; below it is what a level must exceed to be above the market.
    const start = { ...this.#pointAt(this.#price), ask: this.#scale.ticksBelow(this.#price) };
    this.#session = new Session(setup, start, at(candles.times, 0), {
      takesAtOnce: model === 'path',
      showsAll,
    });
  }

  run(): Run {
    const model = this.#model;
    const { times, high, low, close } = this.#candles;
    const session = this.#session;
    let quiet = this.#quietRange();
    let version = session.version;
    for (let row = 1; row < times.length && session.ended === null; row += 1) {
      session.row = row;
      session.now = times[row] ?? 0;
      if (version !== session.version) {
        version = session.version;
        quiet = this.#quietRange();
      }
      if (
        (low[row] ?? 0) >= quiet.low &&
        (high[row] ?? 0) <= quiet.high &&
        session.isTimerAsleep() &&
        !session.showsAll
      ) {
        this.#price = close[row] ?? 0;
        session.passTo(this.#pointAt(this.#price));
        continue;
      }
      if (model === 'path') this.#walkPath(row);
      else this.#fillBar(row, model);
      session.tick();
    }
    return this.#session.finish();
  }

  /** Prices between which no order fills and the machine need not be told; empty when it wants to see everything. */
  #quietRange(): { low: number; high: number } {
    const edges = this.#session.wakeEdges();
    if (edges === null) return { low: Infinity, high: -Infinity };
    const nearest = this.#session.orders.nearest();
    const low = Number.isFinite(nearest.buy) ? this.#scale.priceBelow(nearest.buy) + 1 : -Infinity;
    const high = Number.isFinite(nearest.sell) ? this.#scale.priceAbove(nearest.sell) - 1 : Infinity;
    return {
      low: edges.lower === null ? low : Math.max(low, this.#scale.priceAbove(edges.lower + 1)),
      high: edges.upper === null ? high : Math.min(high, this.#scale.priceBelow(edges.upper - 1)),
    };
  }

  /** The points of a bar, in order. */
  #pathOf(row: number): [number, number, number, number] {
    const { open, high, low, close } = this.#candles;
    const last = at(close, row);
    const rising = last >= at(open, row);
    const extremes: [number, number] = [at(low, row), at(high, row)];
    if (!rising) extremes.reverse();
    return [at(open, row), ...extremes, last];
  }

  #walkPath(row: number): void {
    const [open, first, second, close] = this.#pathOf(row);
    // From one bar to the next price jumps: no quote between.
    this.#goTo(open, false);
    this.#goTo(first, true);
    this.#goTo(second, true);
    this.#goTo(close, true);
  }

  /**
   * Moves the price; what it crosses fills in the order it is met. On a continuous move the machine sees each price it
   * trades at and each it wants to be woken at; a jump it sees only when it is over.
   */
  #goTo(price: number, continuous: boolean): void {
    if (continuous) this.#walkTo(price);
    this.#session.moveTo(this.#pointAt(price));
    this.#fillCrossed(price);
    this.#price = price;
    this.#session.quote(this.#pointAt(price));
    // What the machine placed at the market itself.
    this.#fillCrossed(price);
  }

  #walkTo(price: number): void {
    const falling = price < this.#price;
    const stops = new WalkStops(falling);
    for (let count = 0; this.#session.ended === null; count += 1) {
      if (count > MAX_FILLS_AT_A_POINT) throw new Error(ENDLESS);
      const order = this.#nextCrossed(price);
      const edge = this.#nextEdge(price, falling, stops);
      if (order !== null && (edge === null || (falling ? order.price >= edge : order.price <= edge))) {
        this.#session.moveTo(this.#levelPoint(order.price));
        this.#session.fill(order);
        this.#session.quote(this.#levelPoint(order.price));
      } else if (edge !== null) {
        stops.add(edge);
        this.#session.quote(this.#levelPoint(edge));
      } else return;
    }
  }

  /** The next price on the way at which the machine is woken, null when there is none. */
  #nextEdge(price: number, falling: boolean, stops: WalkStops): Ticks | null {
    const { lower, upper } = this.#session.wakeEdges() ?? AWAKE;
    const wish = stops.allowed(falling ? lower : upper);
    if (wish === null) return null;
    const isOnTheWay = falling
      ? wish < this.#scale.ticksAbove(this.#price) && wish > this.#scale.ticksAbove(price)
      : wish > this.#scale.ticksBelow(this.#price) && wish < this.#scale.ticksBelow(price);
    return isOnTheWay ? wish : null;
  }

  #fillCrossed(price: number): void {
    let fills = 0;
    for (let order = this.#nextCrossed(price); order !== null; order = this.#nextCrossed(price)) {
      if (this.#session.ended !== null) return;
      this.#session.fill(order);
      fills += 1;
      if (fills > MAX_FILLS_AT_A_POINT) throw new Error(ENDLESS);
    }
  }

  /** The order a move to a price meets first, null when none is crossed. */
  #nextCrossed(price: number): SessionOrder | null {
    const low = this.#scale.ticksAbove(price);
    const high = this.#scale.ticksBelow(price);
    const nearest = this.#session.orders.nearest();
    if (nearest.buy < low && nearest.sell > high) return null;
    let best: SessionOrder | null = null;
    for (const order of this.#session.orders.values()) {
      if (order.side === 'buy' ? order.price < low : order.price > high) continue;
      if (best === null || comesBefore(order, best, price < this.#price)) best = order;
    }
    return best;
  }

  #fillBar(row: number, model: Exclude<FillModel, 'path'>): void {
    const [, first, second, close] = this.#pathOf(row);
    const low = model === 'close' ? close : Math.min(first, second);
    const high = model === 'close' ? close : Math.max(first, second);
    // Traded through: one tick beyond a low or high that is itself a tick.
    const least = model === 'strict' ? this.#scale.ticksBelow(low) + 1 : this.#scale.ticksAbove(low);
    const most = model === 'strict' ? this.#scale.ticksAbove(high) - 1 : this.#scale.ticksBelow(high);
    const nearest = this.#session.orders.nearest();
    if (nearest.buy >= least || nearest.sell <= most) {
      const crossed = [...this.#session.orders.values()].filter((order) =>
        order.side === 'buy' ? order.price >= least : order.price <= most,
      );
      crossed.sort((a, b) => (comesBefore(a, b, true) ? -1 : 1));
      for (const order of crossed) {
        if (!this.#session.orders.isLive(order)) continue;
        // What the machine buys or sells at the market in answer, it gets here.
        this.#session.moveTo(this.#levelPoint(order.price));
        this.#session.fill(order);
      }
    }
    if (model !== 'close') {
      this.#session.quote(this.#pointAt(first));
      this.#session.quote(this.#pointAt(second));
    }
    this.#price = close;
    this.#session.quote(this.#pointAt(close));
  }

  #pointAt(price: number): PricePoint {
    return {
      bid: this.#scale.ticksBelow(price),
      ask: this.#scale.ticksAbove(price),
      exact: () => this.#scale.toDecimal(price),
    };
  }

  #levelPoint(price: Ticks): PricePoint {
    return { bid: price, ask: price, exact: () => ticksToPrice(this.#setup.market, price) };
  }
}

/** Order of fills in one move: the side the price moves against first, nearest price first, then the earlier slot. */
function comesBefore(a: SessionOrder, b: SessionOrder, falling: boolean): boolean {
  if (a.side !== b.side) return (a.side === 'buy') === falling;
  if (a.price !== b.price) return a.side === 'buy' ? a.price > b.price : a.price < b.price;
  return a.key.slot < b.key.slot;
}

/**
 * The event-by-event backtest: P0 is the close of row 0, trading begins with row 1.
 * @param showsAll whether the machine sees even what it says it need not: slower, and the same fills
 */
export function walkCandles(
  setup: BacktestSetup,
  candles: Candles,
  model: FillModel,
  showsAll: boolean,
): Run {
  return new CandleWalk(setup, candles, model, showsAll).run();
}
