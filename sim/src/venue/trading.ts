import type { Account } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import type { NumberedEvent, SpotMarket } from '../market/spot-market.js';
import type { Trade } from '../market/tape.js';
import { DISCOUNT_ASSET } from './commission.js';
import { ConditionalOrders } from './conditional-orders.js';
import { refuse } from './errors.js';
import { BalanceNotices } from './balance-notices.js';
import type { Execution, VenueEvents } from './events.js';
import { fundsToLock, incomingOrder } from './incoming-order.js';
import {
  isConditional,
  isMarketType,
  isOpen,
  lockedAsset,
  type Fill,
  type OrderTicket,
  type SpotOrder,
} from './order.js';
import type { MarketStates } from './market-states.js';
import type { OrderStore } from './order-store.js';
import { orderTerms, type Terms } from './order-terms.js';
import { priceUnits } from './rules.js';
import { settleTrade } from './settlement.js';
import { ONE, type Units } from './units.js';

/** An order as accepted, with what it traded on arrival. */
export interface Placed {
  order: SpotOrder;
  fills: readonly Fill[];
}

/** Accepts, settles and ends the orders of one spot venue. */
export class SpotTrading {
  readonly #notices: BalanceNotices;
  readonly #markets = new Map<string, SpotMarket>();
  readonly #waiting = new ConditionalOrders();

  constructor(
    readonly clock: Clock,
    readonly store: OrderStore,
    private readonly events: VenueEvents,
    readonly states: MarketStates,
    public nextOrderId: number,
  ) {
    this.#notices = new BalanceNotices(clock, events);
  }

  /** Takes over the settlement of a market. */
  attach(market: SpotMarket): void {
    this.#markets.set(market.rules.symbol, market);
    market.onMatch = (matched) => this.#notices.cause(() => matched.forEach((event) => this.#apply(event)));
    market.onTraded = (low, high) => {
      for (const order of this.#waiting.reached(market.rules.symbol, low, high)) {
        if (this.#waiting.delete(order)) this.#notices.cause(() => this.#trigger(market, order));
      }
    };
  }

  /** Takes back an order of an earlier session that waits for its stop price. */
  restoreWaiting(order: SpotOrder): void {
    this.#waiting.add(order);
  }

  /** Books money that comes from outside. */
  deposit(account: Account, asset: string, amount: Units, opening = false): void {
    this.#notices.cause(() => {
      account.balances.credit(asset, amount);
      this.#notices.touch(account, asset);
      this.events.deposit({ account, asset, amount, opening, time: this.clock.now() });
    });
  }

  /** Everything an order must pass before it is accepted. @throws VenueError. */
  check(account: Account, market: SpotMarket, ticket: OrderTicket): Terms {
    return orderTerms(this, account, market, ticket);
  }

  /** Accepts an order and matches it. @throws VenueError, having changed nothing. */
  place(account: Account, market: SpotMarket, ticket: OrderTicket): Placed {
    const { quantity, lock } = this.check(account, market, ticket);
    const now = this.clock.now();
    const { amount } = ticket;
    const waits = isConditional(ticket.type);
    // Field by field: copying what is left of a ticket would cost more than matching it.
    const order: SpotOrder = {
      rules: ticket.rules,
      side: ticket.side,
      type: ticket.type,
      timeInForce: ticket.timeInForce,
      price: ticket.price,
      stopPrice: ticket.stopPrice,
      clientOrderId: ticket.clientOrderId,
      stpMode: ticket.stpMode,
      orderId: this.nextOrderId++,
      account,
      quantity,
      quoteOrderQty: 'quoteOrderQty' in amount ? amount.quoteOrderQty : 0n,
      executed: 0,
      quote: 0n,
      locked: lock,
      status: 'NEW',
      time: now,
      updateTime: now,
      workingTime: waits ? -1 : now,
    };
    const all = this.store.fills(account, order.rules.symbol);
    const fillsBefore = all.length;
    this.#notices.cause(() => {
      account.balances.lock(lockedAsset(order), order.locked);
      this.#notices.touch(account, lockedAsset(order));
      this.store.add(order);
      this.events.order({ order, execution: 'NEW', time: now });
      if (waits) this.#waiting.add(order);
      else market.place(incomingOrder(order.orderId, account, ticket));
    });
    return { order, fills: all.slice(fillsBefore).filter((fill) => fill.order === order) };
  }

  /** Cancels an open order. @throws VenueError -2011 when it is not open. */
  cancel(market: SpotMarket, order: SpotOrder, cancelId: string): void {
    this.states.checkCancel(order.rules);
    if (!isOpen(order) || !this.#takeOut(market, order)) throw refuse.unknownOrder();
    this.#notices.cause(() => this.#end(order, 'CANCELED', 'CANCELED', cancelId));
  }

  /** Ends an open order on the exchange's side, as when its market goes. */
  expire(market: SpotMarket, order: SpotOrder): void {
    if (isOpen(order) && this.#takeOut(market, order)) {
      this.#notices.cause(() => this.#end(order, 'EXPIRED', 'EXPIRED'));
    }
  }

  #apply(event: NumberedEvent): void {
    switch (event.kind) {
      case 'trade':
        for (const [orderId, maker] of [
          [event.taker, false],
          [event.maker, true],
        ] as const) {
          if (orderId !== null) this.#fill(this.#known(orderId), event.trade, maker);
        }
        return;
      case 'expired':
        // An order for a quote amount is as large as what it could trade: having traded that, it is filled.
        if (this.#known(event.order).status === 'FILLED') return;
        if (event.cause === 'self-trade') {
          this.#end(this.#known(event.order), 'EXPIRED_IN_MATCH', 'TRADE_PREVENTION');
        } else this.#end(this.#known(event.order), 'EXPIRED', 'EXPIRED');
        return;
      case 'refused':
        // Post-only orders are refused before they are accepted, so the book has nothing left to refuse.
        throw new Error(`order ${event.order} was refused after it was accepted`);
      case 'rested':
        return;
    }
  }

  /** Sends a conditional order to the book. */
  #trigger(market: SpotMarket, order: SpotOrder): void {
    const { account } = order;
    order.workingTime = this.clock.now();
    order.updateTime = order.workingTime;
    const ticket = { ...order, amount: { quantity: order.quantity } };
    const request = incomingOrder(order.orderId, account, ticket);
    if (isMarketType(order.type)) {
      // What it costs now takes the place of what was set aside at the stop price.
      const cost = fundsToLock(ticket, market.book.preview(request));
      this.#unlockRest(order);
      this.#notices.touch(account, lockedAsset(order));
      if (account.balances.get(lockedAsset(order)).free < cost) return this.#end(order, 'EXPIRED', 'EXPIRED');
      account.balances.lock(lockedAsset(order), cost);
      order.locked = cost;
    }
    this.events.order({ order, execution: 'TRIGGERED', time: order.workingTime });
    market.place(request);
  }

  /** Takes an open order from where it waits or rests. @returns whether it was there. */
  #takeOut(market: SpotMarket, order: SpotOrder): boolean {
    return this.#waiting.delete(order) || market.cancel(order.orderId) !== null;
  }

  #fill(order: SpotOrder, trade: Trade, maker: boolean): void {
    const fill = settleTrade(order, trade, maker, (asset) => this.#bnbPrice(asset));
    const { base, quote } = order.rules;
    for (const asset of [lockedAsset(order), order.side === 'BUY' ? base : quote, fill.commissionAsset]) {
      this.#notices.touch(order.account, asset);
    }
    this.store.addFill(fill);
    this.store.update(order);
    this.events.order({ order, execution: 'TRADE', fill, time: trade.time });
  }

  #end(order: SpotOrder, status: SpotOrder['status'], execution: Execution, cancelId?: string): void {
    order.status = status;
    order.updateTime = this.clock.now();
    this.#unlockRest(order);
    this.#notices.touch(order.account, lockedAsset(order));
    this.store.update(order);
    this.events.order({
      order,
      execution,
      time: order.updateTime,
      ...(cancelId === undefined ? {} : { cancelId }),
    });
  }

  #unlockRest(order: SpotOrder): void {
    order.account.balances.unlock(lockedAsset(order), order.locked);
    order.locked = 0n;
  }

  /** What one BNB costs in an asset, units; 1 in BNB itself. */
  #bnbPrice(asset: string): Units | undefined {
    if (asset === DISCOUNT_ASSET) return ONE;
    const market = this.#markets.get(`${DISCOUNT_ASSET}${asset}`);
    return market && priceUnits(market.rules, market.lastPrice());
  }

  #known(orderId: number): SpotOrder {
    const order = this.store.get(orderId);
    if (!order) throw new Error(`the book knows order ${orderId}, the venue does not`);
    return order;
  }
}
