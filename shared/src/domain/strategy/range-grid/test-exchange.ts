import { Decimal, dec, decStr, truncateTo, ZERO } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice, type Market, type Steps, type Ticks } from '../../market/market.js';
import {
  isFinal,
  type Fill,
  type OrderState,
  type Side,
  type SlotKey,
  type TimeInForce,
} from '../../order/order.js';
import type { Command, OrderUpdate, Reason } from '../events.js';

/** Asset fees are taken in: what the trade brings (Binance without BNB), always base, always quote, or a third coin. */
export type FeeMode = 'received' | 'base' | 'quote' | 'third';

export interface TestOrder {
  key: SlotKey;
  side: Side;
  generation: number;
  price: Ticks | null;
  timeInForce: TimeInForce;
  quantity: Steps;
  filled: Steps;
  state: OrderState;
  cancelRequested: boolean;
}

const ASSET_PLACES = 8;
const THIRD_COIN_PRICE = new Decimal('412.37');

/** Deterministic numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** For tests only: keeps orders and its own ledger, and says nothing that a real exchange would not say. */
export class TestExchange {
  readonly orders: TestOrder[] = [];
  /** What the trades changed, quote and base; fees in a third coin as their value in quote. */
  quote = ZERO;
  base = ZERO;
  thirdCoinFees = ZERO;
  #trades = 0;

  constructor(
    readonly market: Market,
    readonly feeMode: FeeMode,
    readonly rate: string,
    public bid: Ticks,
    public ask: Ticks,
  ) {}

  place(command: Extract<Command, { type: 'place' }>): void {
    const { key, side, generation, price, timeInForce, quantity } = command;
    this.orders.push({
      key,
      side,
      generation,
      price,
      timeInForce,
      quantity,
      filled: 0,
      state: 'intent',
      cancelRequested: false,
    });
  }

  cancel(command: Extract<Command, { type: 'cancel' }>): void {
    const order = this.orders.find(
      (at) =>
        at.key.slot === command.key.slot && at.side === command.side && at.generation === command.generation,
    );
    if (order === undefined)
      throw new Error(`cancel of an order that was never placed: slot ${command.key.slot}`);
    order.cancelRequested = true;
  }

  live(): TestOrder[] {
    return this.orders.filter((order) => !isFinal(order.state));
  }

  /** Whether the order would trade at the present quotes. */
  isCrossed(order: TestOrder): boolean {
    if (order.price === null) return true;
    return order.side === 'buy' ? this.ask <= order.price : this.bid >= order.price;
  }

  /** News without a fill. */
  update(order: TestOrder, state: OrderState, refusal: Reason | null = null): OrderUpdate {
    order.state = state;
    return this.#report(order, [], refusal);
  }

  /** Trades `steps` of an order at its price, or at the quote when that is better. */
  fill(order: TestOrder, steps: Steps, state?: OrderState): OrderUpdate {
    const best = order.side === 'buy' ? this.ask : this.bid;
    const price = order.price === null || (this.isCrossed(order) && order.filled === 0) ? best : order.price;
    const quantity = Math.min(steps, order.quantity - order.filled);
    order.filled += quantity;
    const whole = order.filled === order.quantity;
    order.state = whole ? 'filled' : (state ?? (isFinal(order.state) ? order.state : 'partially-filled'));
    return this.#report(order, [this.#trade(order.side, price, quantity)], null);
  }

  #trade(side: Side, price: Ticks, steps: Steps): Fill {
    const rate = ticksToPrice(this.market, price);
    const quantity = stepsToQuantity(this.market, steps);
    const amount = rate.times(quantity);
    const sign = side === 'buy' ? 1 : -1;
    this.base = this.base.plus(quantity.times(sign));
    this.quote = this.quote.minus(amount.times(sign));
    this.#trades += 1;
    return {
      tradeId: String(this.#trades),
      price: decStr(rate),
      quantity: decStr(quantity),
      quoteQuantity: decStr(amount),
      ...this.#takeFee(side, rate, quantity, amount),
      maker: true,
      time: this.#trades,
    };
  }

  #takeFee(
    side: Side,
    price: Decimal,
    quantity: Decimal,
    amount: Decimal,
  ): Pick<Fill, 'fee' | 'feeAsset' | 'feeQuote'> {
    const { market } = this;
    if (this.feeMode === 'third') {
      const fee = truncateTo(amount.times(this.rate).div(THIRD_COIN_PRICE), ASSET_PLACES);
      const feeQuote = fee.times(THIRD_COIN_PRICE);
      this.thirdCoinFees = this.thirdCoinFees.plus(feeQuote);
      return { fee: decStr(fee), feeAsset: 'BNB', feeQuote: decStr(feeQuote) };
    }
    if (this.feeMode === 'base' || (this.feeMode === 'received' && side === 'buy')) {
      const fee = truncateTo(quantity.times(this.rate), ASSET_PLACES);
      this.base = this.base.minus(fee);
      return { fee: decStr(fee), feeAsset: market.base, feeQuote: decStr(fee.times(price)) };
    }
    const fee = truncateTo(amount.times(this.rate), ASSET_PLACES);
    this.quote = this.quote.minus(fee);
    return { fee: decStr(fee), feeAsset: market.quote, feeQuote: decStr(fee) };
  }

  /** Base and quote at a price, less what third-coin fees were worth. */
  equity(mark: Decimal): Decimal {
    return this.quote.plus(this.base.times(mark)).minus(this.thirdCoinFees);
  }

  #report(order: TestOrder, fills: readonly Fill[], refusal: Reason | null): OrderUpdate {
    const { key, side, generation, state, price, quantity, filled } = order;
    return { key, side, generation, state, price, quantity, filled, fills, refusal };
  }
}

/** Middle of two quotes as a price. */
export function middle(market: Market, bid: Ticks, ask: Ticks): Decimal {
  return dec(ticksToPrice(market, bid)).plus(ticksToPrice(market, ask)).div(2);
}
