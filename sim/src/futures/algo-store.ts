import { isWaiting, type AlgoOrder } from './algo-order.js';
import type { Trader } from './trader.js';

/** The conditional orders of a venue. */
export class AlgoStore {
  readonly #byId = new Map<number, AlgoOrder>();
  readonly #byTrader = new Map<Trader, AlgoOrder[]>();
  readonly #waiting = new Map<string, Set<AlgoOrder>>();

  add(order: AlgoOrder): void {
    this.#byId.set(order.algoId, order);
    const orders = this.#byTrader.get(order.trader);
    if (orders) orders.push(order);
    else this.#byTrader.set(order.trader, [order]);
    this.update(order);
  }

  /** Call after each change of an order's status. */
  update(order: AlgoOrder): void {
    const { symbol } = order.rules;
    let waiting = this.#waiting.get(symbol);
    if (!waiting) this.#waiting.set(symbol, (waiting = new Set()));
    if (isWaiting(order)) waiting.add(order);
    else waiting.delete(order);
  }

  get(algoId: number): AlgoOrder | undefined {
    return this.#byId.get(algoId);
  }

  /** The latest order of a client id. */
  byClientId(trader: Trader, clientAlgoId: string): AlgoOrder | undefined {
    return this.orders(trader).findLast((order) => order.clientAlgoId === clientAlgoId);
  }

  orders(trader: Trader, symbol?: string): AlgoOrder[] {
    const orders = this.#byTrader.get(trader) ?? [];
    return symbol === undefined ? orders : orders.filter(({ rules }) => rules.symbol === symbol);
  }

  open(trader: Trader, symbol?: string): AlgoOrder[] {
    return this.orders(trader, symbol).filter(isWaiting);
  }

  waiting(symbol: string): AlgoOrder[] {
    return [...(this.#waiting.get(symbol) ?? [])];
  }
}
