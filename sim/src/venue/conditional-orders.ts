import type { Ticks } from '@gridfleet/shared/domain';
import type { OrderTicket, SpotOrder } from './order.js';

/** Whether trades between two prices, ticks, reach the stop price of an order. */
export function reachesStop(
  { type, side, stopPrice }: Pick<OrderTicket, 'type' | 'side' | 'stopPrice'>,
  low: Ticks,
  high: Ticks,
): boolean {
  // A stop loss buys what has risen and sells what has fallen, a take profit the other way round.
  const waitsAbove = type.startsWith('STOP_LOSS') === (side === 'BUY');
  return waitsAbove ? high >= stopPrice : low <= stopPrice;
}

/** The open orders that wait outside the book for their stop prices, by symbol and in the order they came. */
export class ConditionalOrders {
  readonly #waiting = new Map<string, Set<SpotOrder>>();

  add(order: SpotOrder): void {
    const { symbol } = order.rules;
    const waiting = this.#waiting.get(symbol);
    if (waiting) waiting.add(order);
    else this.#waiting.set(symbol, new Set([order]));
  }

  /** @returns whether it was waiting. */
  delete(order: SpotOrder): boolean {
    return this.#waiting.get(order.rules.symbol)?.delete(order) ?? false;
  }

  /** Those whose stop prices lie within trades between two prices, ticks. */
  reached(symbol: string, low: Ticks, high: Ticks): SpotOrder[] {
    const waiting = this.#waiting.get(symbol);
    return waiting ? [...waiting].filter((order) => reachesStop(order, low, high)) : [];
  }
}
