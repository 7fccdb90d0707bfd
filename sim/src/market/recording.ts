import type { BookSnapshot, Level, Side } from '@gridfleet/shared/domain/matching';
import { readSteps, readTicks, type SymbolRules } from '../venue/rules.js';
import type { MarketSink } from './source.js';

const enum Kind {
  Quote,
  Levels,
  Trade,
}

/** A recorded session, parsed once and kept as flat numbers: some 2 MB for 40,000 messages. */
export class Recording {
  readonly #kinds: Kind[] = [];
  /** Ms since the first event. */
  readonly #times: number[] = [];
  readonly #offsets: number[] = [];
  readonly #numbers: number[] = [];

  constructor(
    readonly rules: SymbolRules,
    readonly snapshot: BookSnapshot,
  ) {}

  get count(): number {
    return this.#kinds.length;
  }

  timeAt(index: number): number {
    return this.#times[index] ?? Infinity;
  }

  get length(): number {
    return this.#times[this.#times.length - 1] ?? 0;
  }

  addQuote(time: number, bid: Level, ask: Level): void {
    this.#begin(Kind.Quote, time);
    this.#numbers.push(...bid, ...ask);
  }

  addTrade(time: number, price: number, quantity: number, aggressor: Side): void {
    this.#begin(Kind.Trade, time);
    this.#numbers.push(price, quantity, aggressor === 'buy' ? 1 : 0);
  }

  addLevels(time: number, changes: BookSnapshot): void {
    this.#begin(Kind.Levels, time);
    this.#numbers.push(changes.bids.length, changes.asks.length);
    for (const level of changes.bids) this.#numbers.push(...level);
    for (const level of changes.asks) this.#numbers.push(...level);
  }

  /** Delivers one event. */
  play(index: number, sink: MarketSink): void {
    const at = this.#offsets[index] ?? 0;
    switch (this.#kinds[index]) {
      case Kind.Quote:
        return sink.quote(this.#level(at), this.#level(at + 2));
      case Kind.Trade:
        return sink.trade(
          this.#number(at),
          this.#number(at + 1),
          this.#number(at + 2) === 1 ? 'buy' : 'sell',
        );
      case Kind.Levels: {
        const bids = this.#number(at);
        const asks = this.#number(at + 1);
        const first = at + 2 + 2 * bids;
        return sink.levels({ bids: this.#levels(at + 2, bids), asks: this.#levels(first, asks) });
      }
      case undefined:
        return;
    }
  }

  #begin(kind: Kind, time: number): void {
    this.#kinds.push(kind);
    this.#times.push(time);
    this.#offsets.push(this.#numbers.length);
  }

  #number(at: number): number {
    return this.#numbers[at] ?? 0;
  }

  #level(at: number): Level {
    return [this.#number(at), this.#number(at + 1)];
  }

  #levels(at: number, count: number): Level[] {
    return Array.from({ length: count }, (_, place) => this.#level(at + 2 * place));
  }
}

/** Recorded `[price, quantity]` texts as ticks and steps. */
export function readLevels(rules: SymbolRules, rows: readonly (readonly [string, string])[]): Level[] {
  return rows.map(([price, quantity]) => [readTicks(rules, price), readSteps(rules, quantity)]);
}
