import {
  dec,
  Decimal,
  decStr,
  truncateTo,
  ZERO,
  type DecimalString,
  type Market,
} from '@gridfleet/shared/domain';
import type {
  PaperBalanceRow,
  PaperChanges,
  PaperFillRow,
  PaperOrderRow,
  PaperState,
} from '@gridfleet/shared/infra';
import type { PlaceRequest } from '../venue.js';

/** Commissions are cut after this many decimals, as Binance spot does. */
const FEE_PLACES = 8;

/**
 * The books of one paper account within one transaction: balances, orders, trades. Every change is collected for the
 * repository to write; nothing here waits or reads a clock.
 */
export class PaperLedger {
  readonly #state: PaperState;
  readonly #now: Date;
  readonly #balances: Map<string, PaperBalanceRow>;
  readonly #orders: Map<string, PaperOrderRow>;
  readonly #changedAssets = new Set<string>();
  readonly #changedOrders = new Set<string>();
  readonly #fills: PaperFillRow[] = [];
  #sequence: bigint;

  constructor(state: PaperState, now: number) {
    this.#state = state;
    this.#now = new Date(now);
    this.#balances = new Map(state.balances.map((row) => [row.asset, { ...row }]));
    this.#orders = new Map(state.open.map((row) => [row.orderId, { ...row }]));
    this.#sequence = BigInt(state.account.sequence);
  }

  /** Open orders of a market, in the order they came. */
  open(market: string): PaperOrderRow[] {
    return [...this.#orders.values()]
      .filter((order) => order.isOpen && order.market === market)
      .sort((a, b) => Number(BigInt(a.orderId) - BigInt(b.orderId)));
  }

  order(orderId: string): PaperOrderRow | undefined {
    return this.#orders.get(orderId);
  }

  fillsOf(orderId: string): readonly PaperFillRow[] {
    return this.#fills.filter((fill) => fill.orderId === orderId);
  }

  free(asset: string): Decimal {
    return dec(this.#balances.get(asset)?.free ?? '0');
  }

  /** Number of the next order. */
  nextId(): bigint {
    return this.#sequence + 1n;
  }

  /** Accepts an order and locks what it may spend. The caller has checked that it is free. */
  accept(request: PlaceRequest, locked: Decimal): PaperOrderRow {
    const id = this.#next();
    const order: PaperOrderRow = {
      accountId: this.#state.account.accountId,
      orderId: id,
      revision: id,
      market: request.market.symbol,
      clientOrderId: request.clientOrderId,
      side: request.side,
      type: request.type,
      timeInForce: request.timeInForce,
      price: request.type === 'market' ? null : request.price,
      quantity: request.quantity,
      filledQuantity: '0',
      state: 'open',
      isOpen: true,
      reasonCode: null,
      createdAt: this.#now,
      updatedAt: this.#now,
    };
    this.#orders.set(id, order);
    this.#changedOrders.add(id);
    this.#move(payAsset(request.market, order), locked.neg(), locked);
    return order;
  }

  /**
   * Books a trade of an open order, at most its unfilled rest.
   * @returns what was booked; zero when the order is no longer open
   */
  fill(market: Market, orderId: string, price: Decimal, quantity: Decimal, maker: boolean): Decimal {
    const order = this.#orders.get(orderId);
    if (order === undefined || !order.isOpen) return ZERO;
    const { account } = this.#state;
    const booked = Decimal.min(quantity, unfilled(order));
    const quote = price.times(booked);
    const [paid, received] = order.side === 'buy' ? [quote, booked] : [booked, quote];
    const feeAsset = order.side === 'buy' ? market.base : market.quote;
    const fee = truncateTo(received.times(maker ? account.makerRate : account.takerRate), FEE_PLACES);
    // A limit buy locked its own price: what a better one leaves is free again. A market order locked what it spends.
    const released = order.side === 'buy' && order.price !== null ? dec(order.price).times(booked) : paid;
    this.#move(payAsset(market, order), released.minus(paid), released.neg());
    this.#move(feeAsset, received.minus(fee), ZERO);
    const tradeId = this.#next();
    this.#fills.push({
      accountId: account.accountId,
      tradeId,
      orderId,
      market: order.market,
      side: order.side,
      price: decStr(price),
      quantity: decStr(booked),
      quoteQuantity: decStr(quote),
      fee: decStr(fee),
      feeAsset,
      maker,
      time: this.#now,
    });
    order.filledQuantity = decStr(dec(order.filledQuantity).plus(booked));
    const done = unfilled(order).isZero();
    this.#change(order, done ? 'filled' : 'partially-filled', tradeId);
    return booked;
  }

  /** Ends an open order and frees what it still has locked. */
  end(
    market: Market,
    order: PaperOrderRow,
    state: 'canceled' | 'expired',
    reasonCode: string | null = null,
  ): void {
    // A market order has locked exactly what it traded, so nothing is left of it.
    const locked = order.price === null ? ZERO : lockOf(order.side, order.price, unfilled(order));
    this.#move(payAsset(market, order), locked, locked.neg());
    order.reasonCode = reasonCode;
    this.#change(order, state, this.#next());
  }

  changes(): PaperChanges {
    const pick = <T>(rows: ReadonlyMap<string, T>, names: ReadonlySet<string>): T[] =>
      [...names].flatMap((name) => rows.get(name) ?? []);
    return {
      sequence: String(this.#sequence),
      balances: pick(this.#balances, this.#changedAssets),
      orders: pick(this.#orders, this.#changedOrders),
      fills: this.#fills,
    };
  }

  #change(order: PaperOrderRow, state: PaperOrderRow['state'], revision: string): void {
    order.state = state;
    order.isOpen = state === 'open' || state === 'partially-filled';
    order.revision = revision;
    order.updatedAt = this.#now;
    this.#changedOrders.add(order.orderId);
  }

  #move(asset: string, free: Decimal, locked: Decimal): void {
    const { accountId } = this.#state.account;
    const row = this.#balances.get(asset) ?? { accountId, asset, free: '0', locked: '0' };
    const after = { free: dec(row.free).plus(free), locked: dec(row.locked).plus(locked) };
    if (after.free.isNegative() || after.locked.isNegative()) {
      throw new Error(
        `paper account ${accountId}: ${asset} would be ${decStr(after.free)} free, ${decStr(after.locked)} locked`,
      );
    }
    this.#balances.set(asset, { ...row, free: decStr(after.free), locked: decStr(after.locked) });
    this.#changedAssets.add(asset);
  }

  #next(): string {
    this.#sequence += 1n;
    return String(this.#sequence);
  }
}

/** What an order locks for a quantity: quote at its price for a buy, base for a sell. */
export function lockOf(side: PaperOrderRow['side'], price: DecimalString, quantity: Decimal): Decimal {
  return side === 'buy' ? dec(price).times(quantity) : quantity;
}

export function payAsset(market: Market, { side }: Pick<PaperOrderRow, 'side'>): string {
  return side === 'buy' ? market.quote : market.base;
}

export function unfilled(order: PaperOrderRow): Decimal {
  return dec(order.quantity).minus(order.filledQuantity);
}
