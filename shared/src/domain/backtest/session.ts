import { Decimal, dec, decStr, ZERO } from '../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice, type Steps, type Ticks } from '../market/market.js';
import type { Fill } from '../order/order.js';
import {
  isAsleep,
  type Command,
  type OrderUpdate,
  type Reason,
  type Step,
  type StrategyEvent,
  type Wake,
} from '../strategy/events.js';
import type { MachineState, PlanContext, StartContext } from '../strategy/kind.js';
import { FillLog } from './fill-log.js';
import { nameOf, report, type SessionOrder } from './session-order.js';
import { legAt, type BacktestSetup, type Run } from './setup.js';

type Place = Extract<Command, { type: 'place' }>;

/** Where the price stands: ticks for the machine (off-tick prices lie between). */
export interface PricePoint {
  bid: Ticks;
  ask: Ticks;
  /** What market orders trade at, quote per base; null: the ask buys and the bid sells. */
  exact: (() => Decimal) | null;
}

/** Somebody who keeps the queue of resting orders, when fills depend on it. */
export interface RestingQueue {
  add(order: SessionOrder): void;
  remove(order: SessionOrder): void;
}

export interface SessionOptions {
  /** Whether an order placed across the market trades there and then, as a taker. */
  takesAtOnce: boolean;
  queue?: RestingQueue;
}

/** Name of the coin of third-coin fees; only that it is neither base nor quote matters. */
const FEE_COIN = 'FEE-COIN';
/** More reactions to one event than any machine has; beyond it the machine chases its own orders. */
const MAX_COMMANDS = 1_000_000;

/**
 * A strategy's machine and the account it trades with. Orders rest until a walk over the market says they fill; the
 * machine hears the same events as in live trading.
 */
export class Session {
  readonly orders = new Map<string, SessionOrder>();
  readonly log = new FillLog();
  /** Rises whenever the machine or its orders may have changed. */
  version = 0;
  row = 0;
  now: number;
  /** Why the strategy ended by itself, null while it trades. */
  ended: Reason | null = null;
  readonly #setup: BacktestSetup;
  readonly #context: PlanContext;
  readonly #buyMarkup: Decimal;
  readonly #sellMarkup: Decimal;
  readonly #options: SessionOptions;
  #state: MachineState;
  #wake: Wake | undefined;
  #point: PricePoint;
  /** Prices of the nearest orders; null when orders have come or gone since. */
  #nearest: { buy: Ticks; sell: Ticks } | null = null;
  #startFills = 0;
  #initialBase = ZERO;
  readonly #cellCycles = new Map<number, number>();
  #gross = ZERO;
  #net = ZERO;

  constructor(setup: BacktestSetup, point: PricePoint, now: number, options: SessionOptions) {
    this.#setup = setup;
    this.#options = options;
    this.#point = point;
    this.now = now;
    const slippage = dec(setup.slippage ?? '0');
    this.#buyMarkup = new Decimal(1).plus(slippage);
    this.#sellMarkup = new Decimal(1).minus(slippage);
    const context: StartContext = {
      legs: [legAt(setup, point.bid, point.ask)],
      firstGeneration: 1,
      carried: null,
    };
    this.#context = context;
    const started = setup.strategy.start(context, now);
    this.#state = started.state;
    this.#wake = started.wake;
    this.#obey(started);
    this.#startFills = this.log.length;
    this.#initialBase = dec(setup.strategy.view(context, this.#state).position);
  }

  /** Moves the market without telling the machine yet. */
  moveTo(point: PricePoint): void {
    this.#point = point;
  }

  /** The market stands here now; the machine hears of it unless it has said that it need not. */
  quote(point: PricePoint): void {
    this.#point = point;
    const { market } = this.#setup;
    const { bid, ask } = point;
    if (isAsleep(this.#wake, 0, market.symbol, bid, ask)) return;
    this.#send({ type: 'quote', leg: 0, market: market.symbol, bid, ask });
  }

  tick(): void {
    if (!this.isTimerAsleep()) this.#send({ type: 'timer', name: 'tick' });
  }

  /** Whether the machine has said that the time now means nothing to it. */
  isTimerAsleep(): boolean {
    const timerAt = this.#wake?.timerAt;
    return timerAt !== undefined && (timerAt === null || this.now < timerAt);
  }

  /** Where the machine wants to be woken next on the way down and up; null when it wants to see every quote. */
  wakeEdges(): { lower: Ticks | null; upper: Ticks | null } | null {
    return this.#wake?.bands.find(({ market }) => market === this.#setup.market.symbol) ?? null;
  }

  /** Highest BUY and lowest SELL. */
  nearest(): { buy: Ticks; sell: Ticks } {
    if (this.#nearest === null) {
      let buy = -Infinity;
      let sell = Infinity;
      for (const { side, price } of this.orders.values()) {
        if (side === 'buy') buy = Math.max(buy, price);
        else sell = Math.min(sell, price);
      }
      this.#nearest = { buy, sell };
    }
    return this.#nearest;
  }

  /** Fills all or part of a resting order at its price, or at the one it took. */
  fill(
    order: SessionOrder,
    quantity = order.quantity - order.filled,
    taker = false,
    taken: Ticks | null = null,
  ): void {
    order.filled += quantity;
    const isWhole = order.filled >= order.quantity;
    if (isWhole) this.#remove(order);
    const price = ticksToPrice(this.#setup.market, taken ?? order.price);
    const isBetter = taken !== null && taken !== order.price;
    const fill = this.#trade(order, price, quantity, taker, isBetter ? price : null);
    this.#send({ type: 'order', update: report(order, isWhole ? 'filled' : 'partially-filled', [fill]) });
  }

  isLive(order: SessionOrder): boolean {
    return this.orders.get(nameOf(order)) === order;
  }

  finish(): Run {
    return {
      log: this.log,
      startFills: this.#startFills,
      initialBase: this.#initialBase,
      cellCycles: this.#cellCycles,
      ended: this.ended === null ? null : { row: this.row, reason: this.ended },
      grossGridProfit: this.#gross,
      netGridProfit: this.#net,
      openOrders: [...this.orders.values()].map(({ side, price, quantity, filled }) => ({
        side,
        price,
        quantity: quantity - filled,
      })),
    };
  }

  #send(event: StrategyEvent): void {
    this.version += 1;
    const step = this.#setup.strategy.on(this.#context, this.#state, event, this.now);
    this.#state = step.state;
    this.#wake = step.wake;
    this.#obey(step);
  }

  #remove(order: SessionOrder): void {
    this.orders.delete(nameOf(order));
    this.#options.queue?.remove(order);
    this.#nearest = null;
  }

  #obey(first: Step<MachineState>): void {
    const commands = [...first.commands];
    for (let next = 0; next < commands.length; next += 1) {
      const command = commands[next];
      if (command === undefined) break;
      if (next > MAX_COMMANDS) throw new Error('the strategy reacts to its own orders without end');
      const answer = this.#carryOut(command);
      if (answer === null) continue;
      const step = this.#setup.strategy.on(this.#context, this.#state, answer, this.now);
      this.#state = step.state;
      this.#wake = step.wake;
      commands.push(...step.commands);
    }
  }

  #carryOut(command: Command): StrategyEvent | null {
    switch (command.type) {
      case 'place':
        return { type: 'order', update: this.#place(command) };
      case 'cancel': {
        const order = this.orders.get(nameOf(command));
        if (order === undefined) return null;
        this.#remove(order);
        return { type: 'order', update: report(order, 'canceled', []) };
      }
      case 'cycle':
        this.#cellCycles.set(command.key.slot, (this.#cellCycles.get(command.key.slot) ?? 0) + 1);
        this.#gross = this.#gross.plus(command.cycle.gross);
        this.#net = this.#net.plus(command.cycle.net);
        return null;
      case 'look': {
        const { symbol: market } = this.#setup.market;
        // Nobody else trades on this account: nothing is reserved.
        return { type: 'account', leg: 0, market, at: this.now, base: null, quote: null, position: null };
      }
      case 'alert':
        return null;
      case 'finish':
        this.ended ??= command.reason;
        return null;
    }
  }

  #place(command: Place): OrderUpdate {
    const { key, side, generation, quantity } = command;
    const order = { key, side, generation, quantity, filled: 0, price: command.price ?? 0, born: this.row };
    if (command.price === null) {
      order.filled = quantity;
      order.price = side === 'buy' ? this.#point.ask : this.#point.bid;
      const best = this.#point.exact?.() ?? ticksToPrice(this.#setup.market, order.price);
      const price = best.times(side === 'buy' ? this.#buyMarkup : this.#sellMarkup);
      const fill = this.#trade(order, price, quantity, true, price);
      return { ...report(order, 'filled', [fill]), price: null };
    }
    const crosses = side === 'buy' ? order.price >= this.#point.ask : order.price <= this.#point.bid;
    const takes = crosses && (this.#options.takesAtOnce || command.timeInForce !== 'GTC');
    if (takes && !command.postOnly) {
      order.filled = quantity;
      const price = ticksToPrice(this.#setup.market, order.price);
      return report(order, 'filled', [this.#trade(order, price, quantity, true, null)]);
    }
    if (command.timeInForce !== 'GTC') return report(order, 'expired', []);
    this.#nearest = null;
    this.orders.set(nameOf(order), order);
    this.#options.queue?.add(order);
    return report(order, 'open', []);
  }

  #trade(order: SessionOrder, price: Decimal, steps: Steps, taker: boolean, exact: Decimal | null): Fill {
    const { market, fees } = this.#setup;
    if (exact !== null) this.log.exactPrices.set(this.log.length, exact);
    this.log.push(this.row, order.key.slot, order.side, order.price, steps, taker);
    const quantity = stepsToQuantity(market, steps);
    const notional = price.times(quantity);
    const rate = taker ? fees.taker : fees.maker;
    const inBase = fees.currency === 'base' && order.side === 'buy';
    const feeQuote = notional.times(rate);
    return {
      tradeId: String(this.log.length),
      price: decStr(price),
      quantity: decStr(quantity),
      quoteQuantity: decStr(notional),
      fee: decStr(inBase ? quantity.times(rate) : feeQuote),
      feeAsset: inBase ? market.base : fees.currency === 'third' ? FEE_COIN : market.quote,
      feeQuote: decStr(feeQuote),
      maker: !taker,
      time: this.now,
    };
  }
}
