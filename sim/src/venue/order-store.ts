import type { Account } from '../account/accounts.js';
import { isOpen, type Fill, type SpotOrder } from './order.js';

/** Orders and fills of one account in one symbol, in the order they came. */
interface Shelf {
  orders: SpotOrder[];
  fills: Fill[];
  open: Map<number, SpotOrder>;
  /** The latest order that used each client order id. */
  byClientId: Map<string, SpotOrder>;
}

/** The venue's own books: what its answers to queries are made of. */
export class OrderStore {
  readonly #byId = new Map<number, SpotOrder>();
  readonly #shelves = new Map<Account, Map<string, Shelf>>();

  add(order: SpotOrder): void {
    const shelf = this.#shelf(order.account, order.rules.symbol);
    this.#byId.set(order.orderId, order);
    shelf.orders.push(order);
    shelf.byClientId.set(order.clientOrderId, order);
    if (isOpen(order)) shelf.open.set(order.orderId, order);
  }

  /** Call after each change of an order's status. */
  update(order: SpotOrder): void {
    if (!isOpen(order)) this.#shelf(order.account, order.rules.symbol).open.delete(order.orderId);
  }

  addFill(fill: Fill): void {
    this.#shelf(fill.order.account, fill.order.rules.symbol).fills.push(fill);
  }

  get(orderId: number): SpotOrder | undefined {
    return this.#byId.get(orderId);
  }

  byClientId(account: Account, symbol: string, clientOrderId: string): SpotOrder | undefined {
    return this.#shelf(account, symbol).byClientId.get(clientOrderId);
  }

  open(account: Account, symbol: string): SpotOrder[] {
    return [...this.#shelf(account, symbol).open.values()];
  }

  openCount(account: Account, symbol: string): number {
    return this.#shelf(account, symbol).open.size;
  }

  /** Open orders of an account in all symbols. */
  allOpen(account: Account): SpotOrder[] {
    return [...(this.#shelves.get(account)?.values() ?? [])].flatMap((shelf) => [...shelf.open.values()]);
  }

  orders(account: Account, symbol: string): readonly SpotOrder[] {
    return this.#shelf(account, symbol).orders;
  }

  fills(account: Account, symbol: string): readonly Fill[] {
    return this.#shelf(account, symbol).fills;
  }

  counts(): { orders: number; open: number; fills: number } {
    const shelves = [...this.#shelves.values()].flatMap((bySymbol) => [...bySymbol.values()]);
    const total = (of: (shelf: Shelf) => number): number =>
      shelves.reduce((sum, shelf) => sum + of(shelf), 0);
    return {
      orders: total((shelf) => shelf.orders.length),
      open: total((shelf) => shelf.open.size),
      fills: total((shelf) => shelf.fills.length),
    };
  }

  #shelf(account: Account, symbol: string): Shelf {
    let bySymbol = this.#shelves.get(account);
    if (!bySymbol) {
      bySymbol = new Map();
      this.#shelves.set(account, bySymbol);
    }
    let shelf = bySymbol.get(symbol);
    if (!shelf) {
      shelf = { orders: [], fills: [], open: new Map(), byClientId: new Map() };
      bySymbol.set(symbol, shelf);
    }
    return shelf;
  }
}
