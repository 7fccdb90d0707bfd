import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { Side } from '@gridfleet/shared/domain/matching';

/** One public trade. */
export interface Trade {
  id: number;
  price: Ticks;
  quantity: Steps;
  aggressor: Side;
  /** Exchange time, ms. */
  time: number;
}

/** Trades in a row of one moment, price and side. */
export interface AggTrade extends Trade {
  firstId: number;
  lastId: number;
}

const KEPT = 5000;

/** The latest public trades, single and aggregated. */
export class Tape {
  readonly #trades: Trade[] = [];
  readonly #aggregated: AggTrade[] = [];
  #open: AggTrade | null = null;

  constructor(
    private nextAggId: number,
    private readonly onAggregated: (trade: AggTrade) => void,
  ) {}

  add(trade: Trade): void {
    keep(this.#trades, trade);
    const open = this.#open;
    if (
      open &&
      open.price === trade.price &&
      open.aggressor === trade.aggressor &&
      open.time === trade.time
    ) {
      open.quantity += trade.quantity;
      open.lastId = trade.id;
      return;
    }
    this.flush();
    this.#open = { ...trade, id: this.nextAggId++, firstId: trade.id, lastId: trade.id };
  }

  /** Ends the aggregate being collected; called at the end of each batch. */
  flush(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    keep(this.#aggregated, open);
    this.onAggregated(open);
  }

  get last(): Trade | undefined {
    return this.#trades[this.#trades.length - 1];
  }

  /** The latest `limit` trades, or the first from an id on; oldest first. */
  trades(limit: number, fromId?: number): Trade[] {
    if (fromId === undefined) return this.#trades.slice(-limit);
    return this.#trades.filter(({ id }) => id >= fromId).slice(0, limit);
  }

  /** Aggregates in ascending order; from an id or a time on when given, else the latest. */
  aggregated(query: { fromId?: number; startTime?: number; endTime?: number; limit: number }): AggTrade[] {
    const { fromId, startTime, endTime, limit } = query;
    const found = this.#aggregated.filter(
      (trade) =>
        trade.id >= (fromId ?? 0) && trade.time >= (startTime ?? 0) && trade.time <= (endTime ?? Infinity),
    );
    return fromId === undefined && startTime === undefined ? found.slice(-limit) : found.slice(0, limit);
  }
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length >= 2 * KEPT) list.splice(0, list.length - KEPT);
}
