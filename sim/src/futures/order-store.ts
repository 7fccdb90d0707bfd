import { isOpen, type FuturesFill, type FuturesOrder } from './order.js';
import type { Trader } from './trader.js';

/** Orders and fills of one trader in one contract, in the order they came. */
interface Shelf {
  orders: FuturesOrder[];
  fills: FuturesFill[];
  open: Map<number, FuturesOrder>;
  /** The latest order that used each client order id. */
  byClientId: Map<string, FuturesOrder>;
}

/** The venue's books: what its answers to queries are made of. */
export class FuturesOrderStore {
  readonly #byId = new Map<number, FuturesOrder>();
  readonly #shelves = new Map<Trader, Map<string, Shelf>>();

  add(order: FuturesOrder): void {
    const shelf = this.#shelf(order.trader, order.rules.symbol);
    this.#byId.set(order.orderId, order);
    shelf.orders.push(order);
    shelf.byClientId.set(order.clientOrderId, order);
    this.update(order);
  }

  /** Call after each change of an order's status. */
  update(order: FuturesOrder): void {
    const { open } = this.#shelf(order.trader, order.rules.symbol);
    if (isOpen(order)) open.set(order.orderId, order);
    else open.delete(order.orderId);
  }

  addFill(fill: FuturesFill): void {
    this.#shelf(fill.order.trader, fill.order.rules.symbol).fills.push(fill);
  }

  get(orderId: number): FuturesOrder | undefined {
    return this.#byId.get(orderId);
  }

  byClientId(trader: Trader, symbol: string, clientOrderId: string): FuturesOrder | undefined {
    return this.#shelf(trader, symbol).byClientId.get(clientOrderId);
  }

  /** Open orders of one contract, or of all. */
  open(trader: Trader, symbol?: string): FuturesOrder[] {
    return this.#shelvesOf(trader, symbol).flatMap((shelf) => [...shelf.open.values()]);
  }

  openCount(trader: Trader, symbol: string): number {
    return this.#shelf(trader, symbol).open.size;
  }

  orders(trader: Trader, symbol: string): readonly FuturesOrder[] {
    return this.#shelf(trader, symbol).orders;
  }

  /** Fills of one contract, or of all by contract. */
  fills(trader: Trader, symbol?: string): FuturesFill[] {
    return this.#shelvesOf(trader, symbol).flatMap((shelf) => shelf.fills);
  }

  fillCount(trader: Trader, symbol: string): number {
    return this.#shelf(trader, symbol).fills.length;
  }

  #shelvesOf(trader: Trader, symbol: string | undefined): Shelf[] {
    if (symbol !== undefined) return [this.#shelf(trader, symbol)];
    return [...(this.#shelves.get(trader)?.values() ?? [])];
  }

  #shelf(trader: Trader, symbol: string): Shelf {
    let bySymbol = this.#shelves.get(trader);
    if (!bySymbol) this.#shelves.set(trader, (bySymbol = new Map<string, Shelf>()));
    let shelf = bySymbol.get(symbol);
    if (!shelf) {
      shelf = { orders: [], fills: [], open: new Map(), byClientId: new Map() };
      bySymbol.set(symbol, shelf);
    }
    return shelf;
  }
}
