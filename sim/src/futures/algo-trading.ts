import { refuse, VenueError } from '../venue/errors.js';
import { priceUnits } from '../venue/rules.js';
import { isWaiting, type AlgoOrder, type AlgoStatus, type AlgoTicket } from './algo-order.js';
import type { AlgoStore } from './algo-store.js';
import { reaches, trails } from './algo-trigger.js';
import { refuseFutures } from './errors.js';
import type { FuturesEvents } from './events.js';
import type { FuturesMarket } from './futures-market.js';
import type { PriceRange } from './mark-price.js';
import { isOpen, type FuturesTicket } from './order.js';
import { closableSteps } from './settlement.js';
import type { FuturesTrading } from './trading.js';
import type { Trader } from './trader.js';

/** Binance's MAX_NUM_ALGO_ORDERS. */
export const MAX_ALGO_ORDERS = 200;

export interface AlgoParts {
  now: () => number;
  store: AlgoStore;
  trading: FuturesTrading;
  events: FuturesEvents;
  newClientId: () => string;
  /** The order a trader has open under a client order id. */
  isTaken: (trader: Trader, symbol: string, clientOrderId: string) => boolean;
}

/** Takes conditional orders, watches their prices and sends the orders they become. */
export class AlgoTrading {
  readonly #triggered = new Set<AlgoOrder>();

  constructor(
    private readonly parts: AlgoParts,
    public nextAlgoId: number,
  ) {}

  /** @throws VenueError -4116, -4045, -4130, -2022 or -2021; nothing has changed then. */
  place(trader: Trader, market: FuturesMarket, ticket: AlgoTicket): AlgoOrder {
    const { store, now } = this.parts;
    const open = store.open(trader, ticket.rules.symbol);
    if (store.open(trader).some(({ clientAlgoId }) => clientAlgoId === ticket.clientAlgoId)) {
      throw refuseFutures.duplicateId();
    }
    if (open.length >= MAX_ALGO_ORDERS) throw refuseFutures.tooManyStops();
    const sameClosing = open.some(
      (order) =>
        order.closePosition &&
        ticket.closePosition &&
        order.type === ticket.type &&
        order.side === ticket.side &&
        order.positionSide === ticket.positionSide,
    );
    if (sameClosing) throw refuseFutures.closePositionExists();
    const price = currentPrice(market, ticket);
    if (ticket.triggerPrice > 0 && reaches(ticket, { low: price, high: price }))
      throw refuseFutures.wouldTrigger();
    const time = now();
    const order: AlgoOrder = {
      ...ticket,
      algoId: this.nextAlgoId++,
      trader,
      status: 'NEW',
      order: undefined,
      failure: '',
      createTime: time,
      updateTime: time,
      triggerTime: 0,
      extreme: undefined,
    };
    store.add(order);
    this.parts.events.algo(order, time);
    return order;
  }

  /** Takes back an order of an earlier session. */
  restore(order: AlgoOrder): void {
    this.parts.store.add(order);
    if (order.status === 'TRIGGERED') this.#triggered.add(order);
  }

  /** @throws VenueError -2011 when it does not wait any more. */
  cancel(order: AlgoOrder): void {
    if (!isWaiting(order)) throw refuse.unknownOrder();
    this.#become(order, 'CANCELED');
  }

  /** Looks where the prices of a contract have been since the last call and triggers what they reached. */
  check(market: FuturesMarket): void {
    const ranges = { MARK_PRICE: market.mark.takeRange(), CONTRACT_PRICE: market.takeTradedRange() };
    for (const order of this.parts.store.waiting(market.rules.symbol)) {
      if (isWaiting(order) && this.#isReached(market, order, ranges[order.workingType]))
        this.#trigger(market, order);
    }
  }

  #isReached(market: FuturesMarket, order: AlgoOrder, range: PriceRange): boolean {
    return order.type === 'TRAILING_STOP_MARKET'
      ? trails(order, range, currentPrice(market, order))
      : reaches(order, range);
  }

  #trigger(market: FuturesMarket, order: AlgoOrder): void {
    const { trading, now } = this.parts;
    order.triggerTime = now();
    this.#become(order, 'TRIGGERING');
    const ticket = this.#ticketOf(order);
    try {
      if (ticket.quantity === 0) throw refuseFutures.reduceOnly();
      trading.place(order.trader, market, ticket, (placed) => {
        order.order = placed;
        this.#become(order, 'TRIGGERED');
      });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      order.failure = error.message;
      this.#become(order, error.code === refuseFutures.reduceOnly().code ? 'EXPIRED' : 'REJECTED');
      return;
    }
    this.#triggered.add(order);
  }

  /** Ends the conditional orders whose orders have ended since the last call. */
  finish(): void {
    for (const algo of this.#triggered) {
      if (algo.order && isOpen(algo.order)) continue;
      this.#triggered.delete(algo);
      this.#become(algo, 'FINISHED');
    }
  }

  #become(order: AlgoOrder, status: AlgoStatus): void {
    order.status = status;
    order.updateTime = this.parts.now();
    this.parts.store.update(order);
    this.parts.events.algo(order, order.updateTime);
  }

  #ticketOf(order: AlgoOrder): FuturesTicket {
    const { newClientId, isTaken } = this.parts;
    const { rules, trader, positionSide, clientAlgoId } = order;
    const limit = order.type === 'STOP' || order.type === 'TAKE_PROFIT';
    const position = trader.position(rules, positionSide);
    return {
      rules,
      side: order.side,
      positionSide,
      type: limit ? 'LIMIT' : 'MARKET',
      timeInForce: limit ? order.timeInForce : 'GTC',
      price: order.price,
      quantity: order.closePosition ? closableSteps(order, position) : order.quantity,
      reduceOnly: order.reduceOnly || (order.closePosition && positionSide === 'BOTH'),
      clientOrderId: isTaken(trader, rules.symbol, clientAlgoId) ? newClientId() : clientAlgoId,
      stpMode: order.stpMode,
      priceMatch: 'NONE',
      goodTillDate: 0,
      origType: order.type,
      closePosition: order.closePosition,
    };
  }
}

function currentPrice(
  { rules, mark, book }: FuturesMarket,
  { workingType }: Pick<AlgoTicket, 'workingType'>,
): bigint {
  return workingType === 'MARK_PRICE' ? mark.value : priceUnits(rules, book.lastPrice());
}
