import type { Decimal } from '../numbers/decimal.js';
import type { Steps, Ticks } from '../market/market.js';
import type { Side } from '../order/order.js';

const FIRST_CAPACITY = 1024;

/** Every fill of a run in order, as columns: a run of a million fills is a few arrays and no objects. */
export class FillLog {
  length = 0;
  /** Row of the candle (or of the mark) in which it filled. */
  rows = new Int32Array(FIRST_CAPACITY);
  slots = new Int32Array(FIRST_CAPACITY);
  /** 1 for a SELL. */
  sells = new Uint8Array(FIRST_CAPACITY);
  /** Ticks; the nearest one where `exactPrices` has the price itself. */
  prices = new Float64Array(FIRST_CAPACITY);
  /** Steps. */
  quantities = new Float64Array(FIRST_CAPACITY);
  /** 1 where it paid the taker fee. */
  takers = new Uint8Array(FIRST_CAPACITY);
  /** Prices that are no whole tick, quote per base: market orders with slippage. */
  readonly exactPrices = new Map<number, Decimal>();

  push(row: number, slot: number, side: Side, price: Ticks, quantity: Steps, taker = false): void {
    const index = this.length;
    if (index === this.rows.length) this.#grow();
    this.rows[index] = row;
    this.slots[index] = slot;
    this.sells[index] = side === 'sell' ? 1 : 0;
    this.prices[index] = price;
    this.quantities[index] = quantity;
    this.takers[index] = taker ? 1 : 0;
    this.length = index + 1;
  }

  #grow(): void {
    const capacity = this.rows.length * 2;
    const rows = new Int32Array(capacity);
    rows.set(this.rows);
    this.rows = rows;
    const slots = new Int32Array(capacity);
    slots.set(this.slots);
    this.slots = slots;
    const sells = new Uint8Array(capacity);
    sells.set(this.sells);
    this.sells = sells;
    const prices = new Float64Array(capacity);
    prices.set(this.prices);
    this.prices = prices;
    const quantities = new Float64Array(capacity);
    quantities.set(this.quantities);
    this.quantities = quantities;
    const takers = new Uint8Array(capacity);
    takers.set(this.takers);
    this.takers = takers;
  }
}
