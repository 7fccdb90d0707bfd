import {
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  toTicks,
  type Decimal,
  type Market,
} from '@gridfleet/shared/domain';
import { MatchingBook, type MatchEvent } from '@gridfleet/shared/domain/matching';
import type { PaperOrderRow } from '@gridfleet/shared/infra';
import type { TickListener, VenueTicks, VenueTrade } from '../venue.js';
import { levelOf, restoreInto, snapshotOf } from './paper-matching.js';
import { unfilled } from './paper-ledger.js';

/** A trade that the matching core found for a resting order; it counts once it is in the database. */
export interface FoundFill {
  market: Market;
  orderId: string;
  price: Decimal;
  quantity: Decimal;
}

interface LiveBook {
  market: Market;
  book: MatchingBook;
  /** Ids of the orders put into the book and not yet taken out. */
  orders: Set<string>;
  abort: AbortController;
  /** Trades up to this one have been applied. */
  lastTrade: number;
}

/** Matches the resting orders of one paper account against the public ticks of their markets. */
export class PaperMatcher {
  readonly #ticks: VenueTicks;
  readonly #onFills: (fills: FoundFill[]) => void;
  readonly #onError: (error: unknown) => void;
  readonly #books = new Map<string, LiveBook>();
  /** Orders with found fills that are not in the database yet: their rows are behind the book. */
  readonly #unsettled = new Map<string, number>();

  constructor(ticks: VenueTicks, onFills: (fills: FoundFill[]) => void, onError: (error: unknown) => void) {
    this.#ticks = ticks;
    this.#onFills = onFills;
    this.#onError = onError;
  }

  /** Brings the books in line with the open orders as stored; markets without orders are no longer listened to. */
  async sync(open: readonly PaperOrderRow[]): Promise<void> {
    const resting = open.filter(({ price }) => price !== null);
    for (const [symbol, live] of this.#books) {
      if (!resting.some(({ market }) => market === symbol)) this.#closeBook(symbol, live);
    }
    for (const symbol of new Set(resting.map(({ market }) => market))) {
      await this.#syncBook(
        symbol,
        resting.filter(({ market }) => market === symbol),
      );
    }
  }

  /** Found fills are in the database now. */
  settled(fills: readonly FoundFill[]): void {
    for (const { orderId } of fills) {
      const left = (this.#unsettled.get(orderId) ?? 0) - 1;
      if (left > 0) this.#unsettled.set(orderId, left);
      else this.#unsettled.delete(orderId);
    }
  }

  /** Forgets everything; the next sync starts from the database. */
  drop(): void {
    for (const [symbol, live] of this.#books) this.#closeBook(symbol, live);
    this.#unsettled.clear();
  }

  async #syncBook(symbol: string, orders: readonly PaperOrderRow[]): Promise<void> {
    const live = this.#books.get(symbol) ?? (await this.#openBook(symbol));
    const { book, market } = live;
    const known = new Set(orders.map(({ orderId }) => orderId));
    for (const id of live.orders) {
      if (known.has(id) || this.#unsettled.has(id)) continue;
      book.cancel(Number(id));
      live.orders.delete(id);
    }
    const changed = orders.filter(
      (order) => !this.#unsettled.has(order.orderId) && this.#differs(live, order),
    );
    if (changed.length === 0) return;
    const [depth, trades] = await Promise.all([this.#ticks.depth(symbol), this.#ticks.trades(symbol)]);
    if (this.#books.get(symbol) !== live) return;
    // For orders that were there these trades are as if streamed; the new ones have theirs since they were placed.
    for (const trade of trades) this.#applyTrade(live, trade);
    const snapshot = snapshotOf(market, depth);
    this.#found(live, book.reset(snapshot));
    for (const order of changed) {
      if (this.#unsettled.has(order.orderId)) continue;
      book.cancel(Number(order.orderId));
      // What was ahead of it back then is not known; in these moments it counts as first in its queue.
      const past = new MatchingBook();
      restoreInto(past, market, order);
      const missed = trades.filter(({ time }) => time > order.updatedAt.getTime());
      this.#found(
        live,
        missed.flatMap((trade) => applyTo(past, market, trade)),
      );
      const left = past.resting(Number(order.orderId));
      if (left === undefined) continue;
      book.restore(left);
      live.orders.add(order.orderId);
    }
    // Once more with the orders in it: those the market stands at or beyond fill now.
    this.#found(live, book.reset(snapshot));
  }

  #applyTrade(live: LiveBook, trade: VenueTrade): void {
    if (trade.id <= live.lastTrade) return;
    live.lastTrade = trade.id;
    this.#found(live, applyTo(live.book, live.market, trade));
  }

  /** Whether the book has another rest of the order than its row, or does not have it. */
  #differs({ book, market }: LiveBook, order: PaperOrderRow): boolean {
    return book.resting(Number(order.orderId))?.remaining !== toSteps(market, unfilled(order), 'down');
  }

  async #openBook(symbol: string): Promise<LiveBook> {
    const market = await this.#ticks.market(symbol);
    if (market === null)
      throw new Error(`paper: ${symbol} is no longer listed, its orders cannot be matched`);
    const live: LiveBook = {
      market,
      book: new MatchingBook(),
      orders: new Set(),
      abort: new AbortController(),
      lastTrade: 0,
    };
    this.#books.set(symbol, live);
    const listener: TickListener = {
      onQuote: (bid, ask) => {
        const [lower, upper] = [levelOf(market, bid), levelOf(market, ask)];
        if (lower[0] < upper[0]) this.#found(live, live.book.applyQuote(lower, upper));
      },
      onTrade: (trade) => this.#applyTrade(live, trade),
      onError: this.#onError,
    };
    this.#ticks.watchTicks(symbol, listener, live.abort.signal).catch(this.#onError);
    return live;
  }

  #found(live: LiveBook, events: readonly MatchEvent[]): void {
    const fills = events.flatMap((event): FoundFill[] => {
      if (event.kind !== 'trade' || event.maker === null) return [];
      const { market } = live;
      return [
        {
          market,
          orderId: String(event.maker),
          price: ticksToPrice(market, event.price),
          quantity: stepsToQuantity(market, event.quantity),
        },
      ];
    });
    if (fills.length === 0) return;
    for (const { orderId } of fills) this.#unsettled.set(orderId, (this.#unsettled.get(orderId) ?? 0) + 1);
    this.#onFills(fills);
  }

  #closeBook(symbol: string, live: LiveBook): void {
    live.abort.abort();
    this.#books.delete(symbol);
  }
}

function applyTo(
  book: MatchingBook,
  market: Market,
  { price, quantity, aggressor }: VenueTrade,
): MatchEvent[] {
  const steps = toSteps(market, quantity, 'down');
  return steps > 0 ? book.applyTrade(toTicks(market, price), steps, aggressor).events : [];
}
