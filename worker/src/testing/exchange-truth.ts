import type { OrderReport, VenueAccount, VenueFill } from '../venue/venue.js';

/** An exchange's own books, in memory: what its private stream would say, and what it answers when asked. */
export class ExchangeTruth {
  readonly orders = new Map<string, OrderReport>();
  readonly fills: VenueFill[] = [];
  /** Every event of the private stream, oldest first. */
  readonly events: OrderReport[] = [];
  #lastId = 0;

  accept(clientOrderId: string, side: 'buy' | 'sell', price: string, quantity: string): void {
    this.#lastId += 1;
    this.#say({
      market: 'SOL/USDT',
      clientOrderId,
      exchangeOrderId: String(this.#lastId),
      side,
      state: 'open',
      price,
      quantity,
      filledQuantity: '0',
      createdAt: this.#lastId,
      fill: null,
      refusal: null,
    });
  }

  /** Fills whole steps of an order; in thousandths, as the market's step. */
  fill(clientOrderId: string, thousandths: number, time: number): void {
    const order = this.#order(clientOrderId);
    const before = Math.round(Number(order.filledQuantity) * 1_000);
    const whole = Math.round(Number(order.quantity) * 1_000);
    const amount = Math.min(thousandths, whole - before);
    if (amount <= 0 || order.state === 'canceled') return;
    const quantity = (amount / 1_000).toFixed(3);
    const filled = before + amount;
    const fill: VenueFill = {
      tradeId: String(this.fills.length + 1),
      price: order.price ?? '0',
      quantity,
      quoteQuantity: ((amount * Number(order.price)) / 1_000).toFixed(3),
      fee: '0',
      feeAsset: 'USDT',
      maker: true,
      time,
      exchangeOrderId: order.exchangeOrderId,
      market: order.market,
      side: order.side,
    };
    this.fills.push(fill);
    const state = filled === whole ? 'filled' : 'partially-filled';
    this.#say({ ...order, state, filledQuantity: (filled / 1_000).toFixed(3), fill });
  }

  cancel(clientOrderId: string): void {
    const order = this.#order(clientOrderId);
    if (order.state === 'filled' || order.state === 'canceled') return;
    this.#say({ ...order, state: 'canceled', fill: null });
  }

  /** The exchange as reconciliation asks it. */
  account(): VenueAccount {
    const answers: Partial<VenueAccount> = {
      openOrders: () =>
        Promise.resolve(
          [...this.orders.values()].filter(({ state }) => state === 'open' || state === 'partially-filled'),
        ),
      order: (_market, id) => {
        const report = this.orders.get(id);
        return Promise.resolve(report === undefined ? { found: false } : { found: true, report });
      },
      tradesSince: (_market, since) => Promise.resolve(this.fills.filter(({ time }) => time >= since)),
      orderTrades: (_market, id) =>
        Promise.resolve(this.fills.filter(({ exchangeOrderId }) => exchangeOrderId === id)),
    };
    return answers as VenueAccount;
  }

  #order(clientOrderId: string): OrderReport {
    const order = this.orders.get(clientOrderId);
    if (order === undefined) throw new Error(`the exchange has no order ${clientOrderId}`);
    return order;
  }

  #say(report: OrderReport): void {
    this.events.push(report);
    this.orders.set(report.clientOrderId, { ...report, fill: null });
  }
}
