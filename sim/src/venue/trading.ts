import type { IncomingOrder, Side, TakePlan } from '@gridfleet/shared/domain/matching';
import type { Account } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import type { NumberedEvent, SpotMarket } from '../market/spot-market.js';
import type { Trade } from '../market/tape.js';
import { averagePrice } from '../market/statistics.js';
import { commissionOf, DISCOUNT_ASSET } from './commission.js';
import { refuse } from './errors.js';
import type { Execution, VenueEvents } from './events.js';
import { checkOrderFilters } from './filters.js';
import { isOpen, lockedAsset, STP_MODES, type Fill, type OrderTicket, type SpotOrder } from './order.js';
import type { MarketStates } from './market-states.js';
import type { OrderStore } from './order-store.js';
import { priceUnits, quantityUnits, quoteUnits } from './rules.js';
import { ONE, type Units } from './units.js';

/** An order as accepted, with what it traded on arrival. */
export interface Placed {
  order: SpotOrder;
  fills: readonly Fill[];
}

/** Accepts, settles and ends the orders of one spot venue. */
export class SpotTrading {
  /** Assets changed by the cause being worked on; told when it is done. */
  readonly #touched = new Map<Account, Set<string>>();
  readonly #markets = new Map<string, SpotMarket>();
  #busy = 0;

  constructor(
    private readonly clock: Clock,
    private readonly store: OrderStore,
    private readonly events: VenueEvents,
    private readonly states: MarketStates,
    public nextOrderId: number,
  ) {}

  /** Takes over the settlement of a market. */
  attach(market: SpotMarket): void {
    this.#markets.set(market.rules.symbol, market);
    market.onMatch = (matched) => this.#work(() => matched.forEach((event) => this.#apply(event)));
  }

  /** Books money that comes from outside. */
  deposit(account: Account, asset: string, amount: Units, opening = false): void {
    this.#work(() => {
      account.balances.credit(asset, amount);
      this.#touch(account, asset);
      this.events.deposit({ account, asset, amount, opening, time: this.clock.now() });
    });
  }

  /** Everything an order must pass before it is accepted. @throws VenueError. */
  check(account: Account, market: SpotMarket, ticket: OrderTicket): TakePlan {
    const { rules } = ticket;
    this.states.checkOrder(ticket);
    const known = this.store.byClientId(account, rules.symbol, ticket.clientOrderId);
    if (known && isOpen(known)) throw refuse.duplicateOrder();
    const average = averagePrice(market, this.clock.now());
    checkOrderFilters(ticket, this.states.shown(rules), average, this.store.openCount(account, rules.symbol));
    const plan = market.book.preview(incoming(0, account, ticket));
    if (ticket.type === 'LIMIT_MAKER' && plan.steps.length > 0) throw refuse.wouldTake();
    if ('quoteOrderQty' in ticket.amount && plan.filled === 0) throw refuse.filter('LOT_SIZE');
    if (account.balances.get(lockedAsset(ticket)).free < fundsNeeded(ticket, plan)) throw refuse.noFunds();
    return plan;
  }

  /** Accepts an order and matches it. @throws VenueError, having changed nothing. */
  place(account: Account, market: SpotMarket, ticket: OrderTicket): Placed {
    const plan = this.check(account, market, ticket);
    const now = this.clock.now();
    const { amount, ...rest } = ticket;
    const order: SpotOrder = {
      ...rest,
      orderId: this.nextOrderId++,
      account,
      quantity: 'quantity' in amount ? amount.quantity : plan.filled,
      quoteOrderQty: 'quoteOrderQty' in amount ? amount.quoteOrderQty : 0n,
      executed: 0,
      quote: 0n,
      locked: fundsToLock(ticket, plan),
      status: 'NEW',
      time: now,
      updateTime: now,
    };
    const fillsBefore = this.store.fills(account, order.rules.symbol).length;
    this.#work(() => {
      account.balances.lock(lockedAsset(order), order.locked);
      this.#touch(account, lockedAsset(order));
      this.store.add(order);
      this.events.order({ order, execution: 'NEW', time: now });
      market.place(incoming(order.orderId, account, ticket));
    });
    const fills = this.store.fills(account, order.rules.symbol).slice(fillsBefore);
    return { order, fills: fills.filter((fill) => fill.order === order) };
  }

  /** Cancels an open order. @throws VenueError -2011 when it is not open. */
  cancel(market: SpotMarket, order: SpotOrder, cancelId: string): void {
    this.states.checkCancel(order.rules);
    if (!isOpen(order) || market.cancel(order.orderId) === null) throw refuse.unknownOrder();
    this.#work(() => this.#end(order, 'CANCELED', 'CANCELED', cancelId));
  }

  /** Ends an open order on the exchange's side, as when its market goes. */
  expire(market: SpotMarket, order: SpotOrder): void {
    if (isOpen(order) && market.cancel(order.orderId) !== null) {
      this.#work(() => this.#end(order, 'EXPIRED', 'EXPIRED'));
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

  #fill(order: SpotOrder, trade: Trade, maker: boolean): void {
    const { account, rules } = order;
    const { balances } = account;
    const buys = order.side === 'BUY';
    const base = quantityUnits(rules, trade.quantity);
    const quote = quoteUnits(rules, trade.price, trade.quantity);
    const [paid, received] = buys ? [quote, base] : [base, quote];
    const receivedAsset = buys ? rules.base : rules.quote;
    // A limit buy locked its limit price; what a better price leaves over is free again.
    const released = buys && order.price > 0 ? quoteUnits(rules, order.price, trade.quantity) : paid;
    balances.unlock(lockedAsset(order), released - paid);
    balances.spend(lockedAsset(order), paid);
    // After the payment: selling BNB may leave too little of it for the commission.
    const traded = { rules, buys, maker, base, quote };
    const commission = commissionOf(account, traded, (asset) => this.#bnbPrice(asset));
    balances.credit(receivedAsset, received);
    balances.credit(commission.asset, -commission.amount);
    for (const asset of [lockedAsset(order), receivedAsset, commission.asset]) this.#touch(account, asset);

    order.locked -= released;
    order.executed += trade.quantity;
    order.quote += quote;
    order.updateTime = trade.time;
    order.status = order.executed === order.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: Fill = {
      tradeId: trade.id,
      order,
      price: trade.price,
      quantity: trade.quantity,
      quote,
      commission: commission.amount,
      commissionAsset: commission.asset,
      maker,
      time: trade.time,
    };
    this.store.addFill(fill);
    this.store.update(order);
    this.events.order({ order, execution: 'TRADE', fill, time: trade.time });
  }

  #end(order: SpotOrder, status: SpotOrder['status'], execution: Execution, cancelId?: string): void {
    order.status = status;
    order.updateTime = this.clock.now();
    this.#unlockRest(order);
    this.#touch(order.account, lockedAsset(order));
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

  #touch(account: Account, asset: string): void {
    account.updateTime = this.clock.now();
    const assets = this.#touched.get(account);
    if (assets) assets.add(asset);
    else this.#touched.set(account, new Set([asset]));
  }

  /** Runs one cause to its end, then tells whose balances changed: after the order events, as the exchange does. */
  #work(cause: () => void): void {
    this.#busy++;
    try {
      cause();
    } finally {
      this.#busy--;
    }
    if (this.#busy > 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const [account, assets] of touched) this.events.balances(account, assets, this.clock.now());
  }
}

function sideOf(ticket: Pick<OrderTicket, 'side'>): Side {
  return ticket.side === 'BUY' ? 'buy' : 'sell';
}

function incoming(id: number, account: Account, ticket: OrderTicket): IncomingOrder {
  const { amount, rules } = ticket;
  return {
    id,
    owner: account.apiKey,
    side: sideOf(ticket),
    price: ticket.type === 'MARKET' ? null : ticket.price,
    amount:
      'quantity' in amount
        ? { quantity: amount.quantity }
        : { budget: amount.quoteOrderQty / rules.quoteUnit },
    timeInForce: ticket.timeInForce,
    postOnly: ticket.type === 'LIMIT_MAKER',
    selfTrade: STP_MODES[ticket.stpMode],
  };
}

/** What must be free for an order to be accepted, in the asset it pays with. */
function fundsNeeded(ticket: OrderTicket, plan: TakePlan): Units {
  if (ticket.side === 'BUY' && 'quoteOrderQty' in ticket.amount) return ticket.amount.quoteOrderQty;
  return fundsToLock(ticket, plan);
}

function fundsToLock(ticket: OrderTicket, plan: TakePlan): Units {
  const { rules, amount } = ticket;
  if (ticket.side === 'SELL') {
    return quantityUnits(rules, 'quantity' in amount ? amount.quantity : plan.filled);
  }
  if (ticket.type === 'MARKET' || 'quoteOrderQty' in amount) return plan.cost * rules.quoteUnit;
  return quoteUnits(rules, ticket.price, amount.quantity);
}
