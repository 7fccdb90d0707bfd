import type { Steps, Ticks } from '@gridfleet/shared/domain';
import { MatchingBook } from '@gridfleet/shared/domain/matching';
import type {
  BookSnapshot,
  FillModel,
  IncomingOrder,
  Level,
  MatchEvent,
  Quote,
  Side,
} from '@gridfleet/shared/domain/matching';
import type { SymbolRules } from '../venue/rules.js';
import type { Clock } from '../clock.js';
import { Klines } from './klines.js';
import type { MarketSink } from './source.js';
import { Tape, type AggTrade, type Trade } from './tape.js';

/** Public events of a market, for the streams. */
export interface MarketListener {
  trade(market: SpotMarket, trade: Trade): void;
  aggTrade(market: SpotMarket, trade: AggTrade): void;
  /** The best bid or ask, or its quantity, changed. */
  quote(market: SpotMarket): void;
}

/** A match event after it has a trade id and time. */
export type NumberedEvent =
  | { kind: 'trade'; trade: Trade; maker: number | null; taker: number | null }
  | Exclude<MatchEvent, { kind: 'trade' }>;

/** One spot market: its book, public trades and candles, and the ids that only ever rise. */
export class SpotMarket implements MarketSink {
  readonly book: MatchingBook;
  readonly klines = new Klines();
  readonly tape: Tape;
  /** The book's update id: snapshot and diff streams share it. */
  updateId: number;
  nextTradeId: number;
  best: Quote = { bid: null, ask: null };
  /** Set by the venue: settles what happened to its orders. */
  onMatch: (events: NumberedEvent[]) => void = () => undefined;
  /** Set by the venue: lowest and highest price traded since the last call, with the book as it is after them. */
  onTraded: (low: Ticks, high: Ticks) => void = () => undefined;
  #traded: { low: Ticks; high: Ticks } | undefined;
  readonly #listeners: MarketListener[] = [];

  constructor(
    readonly rules: SymbolRules,
    private readonly clock: Clock,
    /** Ids start here; above every id given out before. */
    firstId: number,
    fillModel: FillModel = 'queue',
  ) {
    this.book = new MatchingBook(fillModel);
    this.updateId = firstId;
    this.nextTradeId = firstId;
    this.tape = new Tape(firstId, (trade) => {
      for (const listener of this.#listeners) listener.aggTrade(this, trade);
    });
  }

  addListener(listener: MarketListener): void {
    this.#listeners.push(listener);
  }

  reset(snapshot: BookSnapshot): void {
    this.#settle(this.book.reset(snapshot));
    this.#tellTraded();
  }

  quote(bid: Level, ask: Level): void {
    this.#settle(this.book.applyQuote(bid, ask));
    this.#tellTraded();
  }

  levels(changes: BookSnapshot): void {
    this.#settle(this.book.applyLevels(changes));
    this.#tellTraded();
  }

  trade(price: Ticks, quantity: Steps, aggressor: Side): void {
    const { events, left } = this.book.applyTrade(price, quantity, aggressor);
    if (left > 0) this.#publish({ price, quantity: left, aggressor });
    this.#settle(events);
  }

  place(order: IncomingOrder): void {
    this.#settle(this.book.place(order));
    this.#tellTraded();
  }

  cancel(id: number): Steps | null {
    const left = this.book.cancel(id);
    this.#bookChanged();
    return left;
  }

  /** Puts an order of an earlier session back, behind what the book shows now. */
  restore(order: { id: number; owner: string; side: Side; price: Ticks; remaining: Steps }): void {
    this.book.restore(order);
    this.#bookChanged();
  }

  /** The last traded price, or the best bid before there was a trade. */
  lastPrice(): Ticks {
    return this.tape.last?.price ?? this.best.bid?.[0] ?? this.best.ask?.[0] ?? 0;
  }

  /** Ends a batch of market data. */
  flush(): void {
    this.#tellTraded();
    this.tape.flush();
  }

  #settle(events: MatchEvent[]): void {
    if (events.length > 0) {
      this.onMatch(
        events.map((event): NumberedEvent => {
          if (event.kind !== 'trade') return event;
          return { kind: 'trade', trade: this.#publish(event), maker: event.maker, taker: event.taker };
        }),
      );
    }
    this.#bookChanged();
  }

  /** Not right after a trade of the data: its book still has the quotes that the trade took away. */
  #tellTraded(): void {
    const traded = this.#traded;
    if (!traded) return;
    this.#traded = undefined;
    this.onTraded(traded.low, traded.high);
  }

  #publish({ price, quantity, aggressor }: Pick<Trade, 'price' | 'quantity' | 'aggressor'>): Trade {
    const trade = { id: this.nextTradeId++, price, quantity, aggressor, time: this.clock.now() };
    const traded = (this.#traded ??= { low: price, high: price });
    if (price < traded.low) traded.low = price;
    if (price > traded.high) traded.high = price;
    this.tape.add(trade);
    this.klines.add(trade);
    for (const listener of this.#listeners) listener.trade(this, trade);
    return trade;
  }

  #bookChanged(): void {
    if (!this.book.hasChanges()) return;
    this.updateId++;
    const before = this.best;
    this.best = this.book.quote();
    if (sameLevel(before.bid, this.best.bid) && sameLevel(before.ask, this.best.ask)) return;
    for (const listener of this.#listeners) listener.quote(this);
  }
}

function sameLevel(a: Level | null, b: Level | null): boolean {
  return a === b || (a !== null && b !== null && a[0] === b[0] && a[1] === b[1]);
}
