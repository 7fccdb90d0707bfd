import type { IncomingOrder, TakePlan } from '@gridfleet/shared/domain/matching';
import type { Clock } from '../clock.js';
import type { NumberedEvent } from '../market/spot-market.js';
import { refuse } from '../venue/errors.js';
import { STP_MODES, type OrderStatus } from '../venue/order.js';
import type { MarginSources } from './account-margin.js';
import { refuseFutures } from './errors.js';
import type { FuturesEvents, FuturesExecution } from './events.js';
import type { FuturesMarket } from './futures-market.js';
import {
  checkCounterparty,
  checkMargin,
  checkNotional,
  checkPriceBand,
  checkReduceOnly,
  MAX_NUM_ORDERS,
} from './order-checks.js';
import { isOpen, mayOnlyReduce, type FuturesOrder, type FuturesTicket } from './order.js';
import type { FuturesOrderStore } from './order-store.js';
import { closableSteps, type Settlement } from './settlement.js';
import type { Trader } from './trader.js';

export interface TradingParts {
  clock: Clock;
  store: FuturesOrderStore;
  settlement: Settlement;
  events: FuturesEvents;
  sources: MarginSources;
  marketOf: (symbol: string) => FuturesMarket;
}

/** Accepts, amends, settles and ends the orders of a futures venue. */
export class FuturesTrading {
  /** Positions changed by the cause being worked on: what may only reduce them is trimmed when it is done. */
  readonly #touched = new Map<string, { trader: Trader; market: FuturesMarket }>();
  #busy = 0;

  constructor(
    private readonly parts: TradingParts,
    public nextOrderId: number,
  ) {}

  /** Takes over the settlement of a contract. */
  attach(market: FuturesMarket): void {
    market.book.onMatch = (matched) =>
      this.#work(() => matched.forEach((event) => this.#apply(market, event)));
  }

  /** Everything an order must pass before it is accepted. @throws VenueError. */
  check(trader: Trader, market: FuturesMarket, ticket: FuturesTicket, replaced?: FuturesOrder): TakePlan {
    const { store, sources } = this.parts;
    const { rules } = ticket;
    if (market.status !== 'TRADING') throw refuseFutures.closed();
    const known = store.byClientId(trader, rules.symbol, ticket.clientOrderId);
    if (known && known !== replaced && isOpen(known)) throw refuseFutures.duplicateId();
    const mark = market.mark.value;
    checkPriceBand(ticket, mark);
    checkNotional(ticket, mark);
    const open = store.open(trader, rules.symbol);
    checkReduceOnly(trader, ticket, open, replaced);
    if (ticket.type === 'LIMIT' && !replaced && open.length >= MAX_NUM_ORDERS)
      throw refuseFutures.tooManyOrders();
    const plan = market.book.book.preview(incoming(0, trader, ticket));
    checkCounterparty(ticket, market.book.book.quote()[ticket.side === 'BUY' ? 'ask' : 'bid']?.[0], mark);
    if (ticket.timeInForce === 'GTX' && plan.steps.length > 0) throw refuseFutures.postOnly();
    if (ticket.timeInForce === 'FOK' && plan.filled < ticket.quantity) throw refuseFutures.fillOrKill();
    checkMargin(sources, trader, ticket, plan, replaced);
    return plan;
  }

  /**
   * Accepts an order and matches it; `onAccepted` is told before anything else happens to it.
   * @throws VenueError, having changed nothing.
   */
  place(
    trader: Trader,
    market: FuturesMarket,
    ticket: FuturesTicket,
    onAccepted?: (order: FuturesOrder) => void,
  ): FuturesOrder {
    this.check(trader, market, ticket);
    const order = this.accept(trader, ticket, onAccepted);
    this.#work(() => this.#match(market, order));
    return order;
  }

  /** Enters an order into the books without matching it. */
  accept(trader: Trader, ticket: FuturesTicket, onAccepted?: (order: FuturesOrder) => void): FuturesOrder {
    const now = this.parts.clock.now();
    const order: FuturesOrder = {
      ...ticket,
      orderId: this.nextOrderId++,
      trader,
      executed: 0,
      quote: 0n,
      status: 'NEW',
      time: now,
      updateTime: now,
    };
    this.parts.store.add(order);
    onAccepted?.(order);
    this.parts.events.order({ order, execution: 'NEW', time: now });
    return order;
  }

  /** Cancels an open order. @throws VenueError -2011 when it is not open. */
  cancel(market: FuturesMarket, order: FuturesOrder): void {
    if (!isOpen(order) || market.book.cancel(order.orderId) === null) throw refuse.unknownOrder();
    this.#end(order, 'CANCELED', 'CANCELED');
  }

  /** Ends an open order because its time has come. */
  expire(market: FuturesMarket, order: FuturesOrder): void {
    market.book.cancel(order.orderId);
    this.#end(order, 'EXPIRED', 'EXPIRED');
  }

  /**
   * Changes price and quantity of an open limit order, which keeps its id and goes to the end of its queue. A quantity
   * already traded ends it. @throws VenueError -5027, or what a new order would be refused with.
   */
  amend(market: FuturesMarket, order: FuturesOrder, change: Pick<FuturesTicket, 'price' | 'quantity'>): void {
    const { price, quantity } = change;
    if (price === order.price && quantity === order.quantity) throw refuseFutures.sameOrder();
    if (quantity <= order.executed) return this.cancel(market, order);
    const left = { ...order, price, quantity: quantity - order.executed };
    this.check(order.trader, market, left, order);
    market.book.cancel(order.orderId);
    order.price = price;
    order.quantity = quantity;
    order.updateTime = this.parts.clock.now();
    this.parts.events.order({ order, execution: 'AMENDMENT', time: order.updateTime });
    this.#work(() => this.#match(market, order));
  }

  #match(market: FuturesMarket, order: FuturesOrder): void {
    const { trader } = order;
    const left = order.quantity - order.executed;
    // More than the position is never offered to the book; what is missing expires.
    const position = trader.position(order.rules, order.positionSide);
    const quantity = mayOnlyReduce(order) ? Math.min(left, closableSteps(order, position)) : left;
    if (quantity > 0) market.book.place(incoming(order.orderId, trader, { ...order, quantity }));
    if (quantity < left && isOpen(order)) this.expire(market, order);
  }

  #apply(market: FuturesMarket, event: NumberedEvent): void {
    switch (event.kind) {
      case 'trade':
        for (const [orderId, maker] of [
          [event.taker, false],
          [event.maker, true],
        ] as const) {
          if (orderId === null) continue;
          const order = this.#known(orderId);
          const { id: tradeId, price, quantity, time } = event.trade;
          const booked = this.parts.settlement.fill(order, { tradeId, price, quantity, time, maker });
          if (booked < quantity) this.expire(market, order);
          this.#touched.set(`${order.trader.account.apiKey} ${order.rules.symbol}`, {
            trader: order.trader,
            market,
          });
        }
        return;
      case 'expired': {
        const order = this.#known(event.order);
        if (!isOpen(order)) return;
        if (event.cause === 'self-trade') this.#end(order, 'EXPIRED_IN_MATCH', 'TRADE_PREVENTION');
        else this.#end(order, 'EXPIRED', 'EXPIRED');
        return;
      }
      case 'refused':
        // Post-only orders are refused before they are accepted, so the book has nothing left to refuse.
        throw new Error(`order ${event.order} was refused after it was accepted`);
      case 'rested':
        return;
    }
  }

  /** Orders that may only reduce and no longer fit into their position expire, the newest first. */
  trim(trader: Trader, market: FuturesMarket): void {
    const room = new Map<string, number>();
    for (const order of this.parts.store.open(trader, market.rules.symbol)) {
      if (!mayOnlyReduce(order)) continue;
      const key = `${order.positionSide} ${order.side}`;
      const left = room.get(key) ?? closableSteps(order, trader.position(order.rules, order.positionSide));
      const rest = left - (order.quantity - order.executed);
      if (rest < 0) this.expire(market, order);
      else room.set(key, rest);
    }
  }

  #end(order: FuturesOrder, status: OrderStatus, execution: FuturesExecution): void {
    this.parts.settlement.end(order, status, execution, this.parts.clock.now());
  }

  #known(orderId: number): FuturesOrder {
    const order = this.parts.store.get(orderId);
    if (!order) throw new Error(`the book knows order ${orderId}, the venue does not`);
    return order;
  }

  /** Runs one cause to its end, then trims what may only reduce the positions it changed. */
  #work(cause: () => void): void {
    this.#busy++;
    try {
      cause();
    } finally {
      this.#busy--;
    }
    if (this.#busy > 0) return;
    const touched = [...this.#touched.values()];
    this.#touched.clear();
    for (const { trader, market } of touched) this.trim(trader, market);
  }
}

function incoming(id: number, trader: Trader, ticket: FuturesTicket): IncomingOrder {
  const { timeInForce } = ticket;
  return {
    id,
    owner: trader.account.apiKey,
    side: ticket.side === 'BUY' ? 'buy' : 'sell',
    price: ticket.type === 'MARKET' ? null : ticket.price,
    amount: { quantity: ticket.quantity },
    timeInForce: timeInForce === 'IOC' || timeInForce === 'FOK' ? timeInForce : 'GTC',
    postOnly: timeInForce === 'GTX',
    selfTrade: STP_MODES[ticket.stpMode],
  };
}
