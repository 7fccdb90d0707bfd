import { dec } from '../numbers/decimal.js';
import type { MatchingBook, MatchEvent } from '../matching/index.js';
import type { Candles } from './candles.js';
import { Session, type PricePoint } from './session.js';
import type { BacktestSetup, Run } from './setup.js';
import type { TickEvent } from './tick-file.js';
import { TickQueue, type ArrivalOf, type QueueFill } from './tick-queue.js';

/** Live machines get a timer about once a second. */
const TIMER_MS = 1_000;

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

/** A depth snapshot or change moves the book alone: its best quotes come as quotes. */
function applyToBook(book: MatchingBook, event: TickEvent): MatchEvent[] {
  switch (event.kind) {
    case 'book':
      return book.reset(event);
    case 'levels':
      return book.applyLevels(event);
    case 'quote':
      return book.applyQuote([event.bid, event.bidSteps], [event.ask, event.askSteps]);
    case 'trade':
      return book.applyTrade(event.price, event.steps, event.aggressor).events;
  }
}

/**
 * A backtest over recorded quotes, trades and, where the recording has it, depth. It starts at the first quote; resting
 * orders fill by the same matching core as the simulator: behind the displayed quantity, at most what traded.
 * @param arrivalOf when each order reaches the exchange; a strategy's market orders trade at once
 */
export function walkTicks(
  setup: BacktestSetup,
  events: readonly TickEvent[],
  arrivalOf: ArrivalOf,
): { run: Run; marks: Candles } {
  const first = events.findIndex(({ kind }) => kind === 'quote');
  const start = events[first];
  if (start?.kind !== 'quote') throw new RangeError('a backtest over ticks needs a quote');
  const queue = new TickQueue(arrivalOf, start.time);
  const marks = new Marks(setup.market.tickSize);
  let point: PricePoint = { bid: start.bid, ask: start.ask, exact: null };
  marks.add(start.time, point);
  for (const event of events.slice(0, first + 1)) applyToBook(queue.book, event);
  const session = new Session(setup, point, start.time, { takesAtOnce: false, queue });
  const settle = (fills: readonly QueueFill[]): void => {
    for (const { order, steps, price } of fills)
      if (session.orders.isLive(order)) session.fill(order, steps, price !== null, price);
  };
  let timerAt = start.time + TIMER_MS;
  for (const event of events.slice(first + 1)) {
    if (session.ended !== null) break;
    for (let next = queue.nextArrival(event.time); next !== null; next = queue.nextArrival(event.time)) {
      session.now = queue.now = next.time;
      settle(queue.arrive(next.order));
    }
    session.now = queue.now = event.time;
    if (event.kind === 'quote') point = { bid: event.bid, ask: event.ask, exact: null };
    const isMarked = event.kind === 'quote' || event.kind === 'trade';
    if (isMarked) session.row = marks.add(event.time, point);
    const done = applyToBook(queue.book, event);
    session.moveTo(point);
    settle(queue.fillsOf(done));
    if (event.kind === 'quote') session.quote(point);
    if (event.time >= timerAt) {
      timerAt = event.time + TIMER_MS;
      session.tick();
    }
  }
  return { run: session.finish(), marks: marks.rows() };
}
