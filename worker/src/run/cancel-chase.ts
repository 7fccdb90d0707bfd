import { isFinal } from '@gridfleet/shared/domain';
import type { LiveOrder } from './live-order.js';
import type { OrderSender } from './order-sender.js';

/** A cancel whose order is still alive is sent again after this long, ms. */
const CANCEL_AGAIN_MS = 2_000;

/** Cancels the machine asked for: one may get lost, or meet an order still on its way, so it is sent until it holds. */
export class CancelChase {
  /** When each was last sent, ms. */
  readonly #sent = new Map<string, number>();

  /** Whether a cancel may have to be sent again. */
  get isBusy(): boolean {
    return this.#sent.size > 0;
  }

  add(orders: readonly LiveOrder[]): void {
    for (const { row } of orders) this.#sent.set(row.clientOrderId, 0);
  }

  send(orders: ReadonlyMap<string, LiveOrder>, sender: OrderSender, now: number): void {
    for (const [id, sentAt] of this.#sent) {
      const order = orders.get(id);
      if (order === undefined || isFinal(order.row.state)) this.#sent.delete(id);
      else if (now - sentAt >= CANCEL_AGAIN_MS && !sender.isInFlight(id)) {
        this.#sent.set(id, now);
        sender.cancel(order);
      }
    }
  }
}
