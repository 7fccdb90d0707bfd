import type { FuturesOrder } from './order.js';
import { isOpen } from './order.js';
import type { Trader } from './trader.js';

export interface OrderTimerActions {
  cancelAll: (trader: Trader, symbol: string) => void;
  expire: (order: FuturesOrder) => void;
}

/** Orders that end by time: good-till-date orders, and the countdown that cancels all orders of a contract. */
export class OrderTimers {
  readonly #countdowns = new Map<Trader, Map<string, number>>();
  readonly #goodTill = new Set<FuturesOrder>();

  constructor(private readonly actions: OrderTimerActions) {}

  /** Cancels all open orders of a contract in `ms`, unless set again before; 0 ends the countdown. */
  countdown(trader: Trader, symbol: string, ms: number, now: number): void {
    let countdowns = this.#countdowns.get(trader);
    if (!countdowns) this.#countdowns.set(trader, (countdowns = new Map<string, number>()));
    if (ms === 0) countdowns.delete(symbol);
    else countdowns.set(symbol, now + ms);
  }

  watch(order: FuturesOrder): void {
    if (order.goodTillDate > 0 && isOpen(order)) this.#goodTill.add(order);
  }

  tick(now: number): void {
    for (const [trader, countdowns] of this.#countdowns) {
      for (const [symbol, end] of countdowns) {
        if (now < end) continue;
        countdowns.delete(symbol);
        this.actions.cancelAll(trader, symbol);
      }
    }
    for (const order of this.#goodTill) {
      if (isOpen(order) && now < order.goodTillDate) continue;
      this.#goodTill.delete(order);
      if (isOpen(order)) this.actions.expire(order);
    }
  }
}
