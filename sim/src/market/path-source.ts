import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { Side } from '@gridfleet/shared/domain/matching';
import type { MarketSink, MarketSource } from './source.js';
import type { SyntheticBook } from './synthetic-book.js';

/** One trade of a made-up market. */
export interface PathPoint {
  /** Ms since the beginning; never falls. */
  time: number;
  price: Ticks;
  quantity: Steps;
}

/** A price over time. */
export interface PricePath {
  readonly symbol: string;
  /** Ms; Infinity when it never ends. */
  readonly length: number;
  /** The points from the beginning, the same each time; the first at 0 ms. */
  points(): Iterator<PathPoint, undefined>;
}

/** Plays a price path: each point trades at its price, and a synthetic book follows. */
export class PathSource implements MarketSource {
  readonly symbol: string;
  readonly length: number;
  #points: Iterator<PathPoint, undefined>;
  #next: PathPoint | undefined;
  #sink: MarketSink | undefined;
  #position = 0;
  #loops = 0;
  #last: Ticks = 0;
  #side: Side = 'buy';

  constructor(
    private readonly path: PricePath,
    private readonly book: SyntheticBook,
    private readonly loop: boolean,
  ) {
    this.symbol = path.symbol;
    this.length = path.length;
    this.#points = path.points();
  }

  get position(): number {
    return Math.min(this.#position, this.length);
  }

  get ended(): boolean {
    return !this.loop && this.#position >= this.length;
  }

  get untilNext(): number {
    if (this.#next) return this.#next.time - this.#position;
    return this.loop && this.length > 0 ? this.length - this.#position : Infinity;
  }

  get loops(): number {
    return this.#loops;
  }

  start(sink: MarketSink, position = 0): void {
    this.#sink = sink;
    this.#position = Math.max(position, 0);
    this.#rewind();
    let at = this.#next;
    if (!at) throw new RangeError(`${this.symbol}: the price path is empty`);
    while (this.#next && this.#next.time <= this.#position) at = this.#take();
    sink.reset(this.book.around(at.price, 'buy'));
    this.#play(sink, at);
  }

  advance(elapsed: number): void {
    const sink = this.#sink;
    if (!sink || this.ended) return;
    this.#position += elapsed;
    this.#playDue(sink);
    while (this.loop && this.length > 0 && this.#position > this.length) {
      this.#position -= this.length;
      this.#loops++;
      this.#rewind();
      this.#playDue(sink);
    }
  }

  #playDue(sink: MarketSink): void {
    while (this.#next && this.#next.time <= this.#position) this.#play(sink, this.#take());
  }

  #play(sink: MarketSink, { price, quantity }: PathPoint): void {
    // At the same price buyers and sellers take turns.
    const turn = this.#side === 'buy' ? 'sell' : 'buy';
    this.#side = price === this.#last ? turn : price > this.#last ? 'buy' : 'sell';
    this.#last = price;
    if (quantity > 0) sink.trade(price, quantity, this.#side);
    sink.reset(this.book.around(price, this.#side));
  }

  #rewind(): void {
    this.#points = this.path.points();
    this.#next = this.#points.next().value;
  }

  #take(): PathPoint {
    const point = this.#next;
    if (!point) throw new Error(`${this.symbol}: read beyond the end of the price path`);
    this.#next = this.#points.next().value;
    return point;
  }
}
