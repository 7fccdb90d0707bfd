import type { Order } from 'ccxt';
import type { OrderReport } from '../../venue.js';
import type { UnifiedCalls } from './unified-calls.js';
import type { UnifiedClient } from './unified-client.js';
import { contractSize, unifiedOrder } from './unified-convert.js';

/** Ids remembered at most; the oldest are forgotten, and found by searching. */
const MOST_IDS = 10_000;
/** Orders of the past that are searched. */
const LAST = 100;

/**
 * Finds orders by the name we gave them. Only some exchanges can be asked by it: the others are asked by the id they
 * answered, or for the lists the order must be in.
 */
export class OrderFinder {
  readonly #client: UnifiedClient;
  readonly #calls: UnifiedCalls;
  readonly #ids = new Map<string, string>();

  constructor(client: UnifiedClient, calls: UnifiedCalls) {
    this.#client = client;
    this.#calls = calls;
  }

  remember(market: string, clientOrderId: string, exchangeOrderId: string): void {
    this.#ids.set(`${market} ${clientOrderId}`, exchangeOrderId);
    if (this.#ids.size <= MOST_IDS) return;
    const [oldest] = this.#ids.keys();
    if (oldest !== undefined) this.#ids.delete(oldest);
  }

  async open(market: string): Promise<OrderReport[]> {
    const orders = await this.#calls.ask('fetchOpenOrders', () => this.#client.fetchOpenOrders(market));
    return orders.map((order) => this.#report(order, market));
  }

  /** Null when no list has it, which proves nothing. */
  async find(market: string, clientOrderId: string): Promise<OrderReport | null> {
    const id = this.#ids.get(`${market} ${clientOrderId}`);
    if (id !== undefined) {
      const report = await this.#byId(market, id);
      if (report !== null) return { ...report, clientOrderId };
    }
    const open = (await this.open(market)).find((report) => report.clientOrderId === clientOrderId);
    if (open !== undefined) return this.#found(open);
    const named = await this.#byName(market, clientOrderId);
    if (named !== null) return this.#found(named);
    for (const list of ['fetchOrders', 'fetchClosedOrders', 'fetchCanceledOrders'] as const) {
      if (!this.#calls.can(list)) continue;
      const orders = await this.#calls.ask(list, () => this.#client[list](market, undefined, LAST));
      const past = orders.find((order: Order) => order.clientOrderId === clientOrderId);
      if (past !== undefined) return this.#found(this.#report(past, market));
    }
    return null;
  }

  async #byId(market: string, id: string): Promise<OrderReport | null> {
    try {
      const order = await this.#calls.ask('fetchOrder', () => this.#client.fetchOrder(id, market));
      return this.#report(order, market);
    } catch (error) {
      // Some exchanges forget orders that ended without a trade; the lists may still have them.
      if (this.#calls.explain(error).kind === 'unknown-order') return null;
      throw error;
    }
  }

  /** Where ccxt does not know how to ask by our name it may ask anything: only an order with that name counts. */
  async #byName(market: string, clientOrderId: string): Promise<OrderReport | null> {
    try {
      const order = await this.#calls.ask('fetchOrder', () =>
        this.#client.fetchOrder(undefined as unknown as string, market, { clientOrderId }),
      );
      return order.clientOrderId === clientOrderId ? this.#report(order, market) : null;
    } catch (error) {
      const failure = this.#calls.explain(error);
      if (failure.kind === 'unavailable' && failure.code !== 'VENUE_ANSWER_UNREADABLE') throw failure;
      if (failure.kind === 'limited' || failure.kind === 'auth') throw failure;
      return null;
    }
  }

  #found(report: OrderReport): OrderReport {
    this.remember(report.market, report.clientOrderId, report.exchangeOrderId);
    return report;
  }

  #report(order: Order, market: string): OrderReport {
    return unifiedOrder(order, market, contractSize(this.#client.market(market)));
  }
}
