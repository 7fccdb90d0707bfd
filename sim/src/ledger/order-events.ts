import type { Execution, OrderEvent, VenueListener } from '../venue/events.js';

/** What happened to an order, and where the market's data stood then. */
export interface OrderEventRecord {
  apiKey: string;
  symbol: string;
  clientOrderId: string;
  execution: Execution;
  /** Set when the execution is a trade. */
  tradeId: number | null;
  /** Ms of the data's own time, with fractions: all of the data up to it had been delivered. Null without a source. */
  dataMs: number | null;
}

/** Order events of all accounts with their place in the replayed data, to compare a replay with a backtest. */
export class OrderEvents implements VenueListener {
  readonly #records: OrderEventRecord[] = [];

  constructor(private readonly dataMs: (symbol: string) => number | null) {}

  order({ order, execution, fill }: OrderEvent): void {
    const { symbol } = order.rules;
    this.#records.push({
      apiKey: order.account.apiKey,
      symbol,
      clientOrderId: order.clientOrderId,
      execution,
      tradeId: fill?.tradeId ?? null,
      dataMs: this.dataMs(symbol),
    });
  }

  /** Of one account, oldest first. */
  of(apiKey: string): OrderEventRecord[] {
    return this.#records.filter((record) => record.apiKey === apiKey);
  }
}
