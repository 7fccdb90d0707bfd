import { dec } from '../numbers/decimal.js';
import { MatchingBook, type MatchEvent } from '../matching/index.js';
import type { Candles } from './candles.js';
import { Session, type PricePoint } from './session.js';
import type { SessionOrder } from './session-order.js';
import type { RestingQueue } from './session-orders.js';
import type { BacktestSetup, Run } from './setup.js';
import type { TickEvent } from './tick-file.js';

const OWNER = 'strategy';
/** Live machines get a timer about once a second. */
const TIMER_MS = 1_000;

/** Our resting orders in the recorded market: they queue behind what is displayed and fill as it trades. */
class TickQueue implements RestingQueue {
  readonly book = new MatchingBook();
  readonly #ids = new Map<SessionOrder, number>();
  readonly #orders = new Map<number, SessionOrder>();
  #nextId = 1;

  add(order: SessionOrder): void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#ids.set(order, id);
    this.#orders.set(id, order);
    this.book.restore({
      id,
      owner: OWNER,
      side: order.side,
      price: order.price,
      remaining: order.quantity - order.filled,
    });
  }

  remove(order: SessionOrder): void {
    const id = this.#ids.get(order);
    if (id === undefined) return;
    this.#ids.delete(order);
    this.#orders.delete(id);
    this.book.cancel(id);
  }

  /** Fills of our orders among what the book did. */
  fillsOf(events: readonly MatchEvent[]): { order: SessionOrder; steps: number }[] {
    return events.flatMap((event) => {
      if (event.kind !== 'trade' || event.maker === null) return [];
      const order = this.#orders.get(event.maker);
      return order === undefined ? [] : [{ order, steps: event.quantity }];
    });
  }
}

/** The middle of the quotes at each event, as rows that equity can be marked at. */
class Marks {
  readonly #times: number[] = [];
  readonly #mids: number[] = [];
  readonly #places: number;
  /** Units of half a tick. */
  readonly #halfTick: number;

  constructor(tickSize: string) {
    const tick = dec(tickSize);
    this.#places = tick.decimalPlaces() + 1;
    this.#halfTick = tick.times(5).times(dec('10').pow(tick.decimalPlaces())).toNumber();
  }

  add(time: number, point: PricePoint): number {
    this.#times.push(time);
    this.#mids.push((point.bid + point.ask) * this.#halfTick);
    return this.#times.length - 1;
  }

  rows(): Candles {
    const mids = Float64Array.from(this.#mids);
    const times = Float64Array.from(this.#times);
    return { times, open: mids, high: mids, low: mids, close: mids, places: this.#places };
  }
}

/**
 * A backtest over recorded quotes and trades. It starts at the first quote; resting orders fill by the same matching
 * core as the simulator: behind the displayed quantity, at most what traded.
 */
export function walkTicks(setup: BacktestSetup, events: readonly TickEvent[]): { run: Run; marks: Candles } {
  const first = events.findIndex(({ kind }) => kind === 'quote');
  const start = events[first];
  if (start?.kind !== 'quote') throw new RangeError('a backtest over ticks needs a quote');
  const queue = new TickQueue();
  const marks = new Marks(setup.market.tickSize);
  let point: PricePoint = { bid: start.bid, ask: start.ask, exact: null };
  marks.add(start.time, point);
  queue.book.applyQuote([start.bid, start.bidSteps], [start.ask, start.askSteps]);
  const session = new Session(setup, point, start.time, { takesAtOnce: true, queue });
  let timerAt = start.time + TIMER_MS;
  for (const event of events.slice(first + 1)) {
    if (session.ended !== null) break;
    session.now = event.time;
    if (event.kind === 'quote') point = { bid: event.bid, ask: event.ask, exact: null };
    session.row = marks.add(event.time, point);
    const done =
      event.kind === 'quote'
        ? queue.book.applyQuote([event.bid, event.bidSteps], [event.ask, event.askSteps])
        : queue.book.applyTrade(event.price, event.steps, event.aggressor).events;
    session.moveTo(point);
    for (const { order, steps } of queue.fillsOf(done))
      if (session.orders.isLive(order)) session.fill(order, steps);
    if (event.kind === 'quote') session.quote(point);
    if (event.time >= timerAt) {
      timerAt = event.time + TIMER_MS;
      session.tick();
    }
  }
  return { run: session.finish(), marks: marks.rows() };
}
