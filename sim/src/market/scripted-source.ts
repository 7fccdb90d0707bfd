import type { Ticks } from '@gridfleet/shared/domain';
import type { Side } from '@gridfleet/shared/domain/matching';
import type { MarketSink, MarketSource } from './source.js';
import type { SyntheticBook } from './synthetic-book.js';

/** One price of a script. */
export interface ScriptStep {
  /** Ms after the step before it. */
  afterMs: number;
  price: Ticks;
}

/** A market whose price is set by hand or by a script; between two prices it stands still. */
export class ScriptedSource implements MarketSource {
  #script: readonly ScriptStep[];
  #loop: boolean;
  #next = 0;
  /** Position at which the script began, ms. */
  #begun = 0;
  #position = 0;
  #due = Infinity;
  #loops = 0;
  #last: Ticks;
  #sink: MarketSink | undefined;

  constructor(
    readonly symbol: string,
    price: Ticks,
    private readonly book: SyntheticBook,
    script: readonly ScriptStep[] = [],
    loop = false,
  ) {
    this.#last = price;
    this.#script = script;
    this.#loop = loop;
    this.#schedule();
  }

  get length(): number {
    return this.#script.reduce((sum, step) => sum + step.afterMs, 0);
  }

  get position(): number {
    return Math.min(this.#position - this.#begun, this.length);
  }

  get ended(): boolean {
    return this.#due === Infinity;
  }

  get untilNext(): number {
    return this.#due - this.#position;
  }

  get loops(): number {
    return this.#loops;
  }

  start(sink: MarketSink, position = 0): void {
    this.#sink = sink;
    this.#position = position;
    while (this.#due <= position) {
      this.#last = this.#take().price;
      this.#schedule();
    }
    sink.reset(this.book.around(this.#last, 'buy'));
    sink.trade(this.#last, this.book.levelQuantity(this.#last), 'buy');
  }

  advance(elapsed: number): void {
    this.#position += elapsed;
    while (this.#due <= this.#position) {
      this.setPrice(this.#take().price);
      this.#schedule();
    }
  }

  /** The market trades at a price and its best quotes follow. */
  setPrice(price: Ticks): void {
    const side = this.#sideOf(price);
    this.#sink?.trade(price, this.book.levelQuantity(price), side);
    this.#moveTo(price, side);
  }

  /** The best quotes jump to a price without a trade on the way. */
  gapTo(price: Ticks): void {
    this.#moveTo(price, this.#sideOf(price));
  }

  /** Replaces the script; its first step counts from now. */
  run(script: readonly ScriptStep[], loop: boolean): void {
    this.#script = script;
    this.#loop = loop;
    this.#next = 0;
    this.#loops = 0;
    this.#begun = this.#position;
    this.#due = Infinity;
    this.#schedule();
  }

  #take(): ScriptStep {
    const step = this.#script[this.#next++];
    if (!step) throw new Error(`${this.symbol}: no step of the script is due`);
    return step;
  }

  /** Works out when the next step is due, from when the last one was. */
  #schedule(): void {
    const before = this.#next === 0 && this.#loops === 0 ? this.#begun : this.#due;
    if (this.#loop && this.#next >= this.#script.length && this.length > 0) {
      this.#next = 0;
      this.#loops++;
      this.#begun = before;
    }
    const step = this.#script[this.#next];
    this.#due = step ? before + step.afterMs : Infinity;
  }

  #sideOf(price: Ticks): Side {
    return price >= this.#last ? 'buy' : 'sell';
  }

  #moveTo(price: Ticks, side: Side): void {
    this.#last = price;
    this.#sink?.reset(this.book.around(price, side));
  }
}
