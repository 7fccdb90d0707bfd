import { Decimal, dec, ZERO } from '../numbers/decimal.js';
import { ticksToPrice, type Steps, type Ticks } from '../market/market.js';
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
import { fillOf } from './session-fills.js';
import { nameOf, report, type SessionOrder } from './session-order.js';
import { SessionOrders, type RestingQueue } from './session-orders.js';
import { legAt, type BacktestSetup, type Run } from './setup.js';

type Place = Extract<Command, { type: 'place' }>;

/** Where the price stands: ticks for the machine (off-tick prices lie between). */
export interface PricePoint {
  bid: Ticks;
  ask: Ticks;
  /** What market orders trade at, quote per base; null: the ask buys and the bid sells. */
  exact: (() => Decimal) | null;
}

export interface SessionOptions {
  /** Whether an order placed across the market trades there and then, as a taker. */
  takesAtOnce: boolean;
  queue?: RestingQueue;
  /** Whether the machine is shown even what it says it need not see; default false. */
  showsAll?: boolean;
}

/** More reactions to one event than any machine has; beyond it the machine chases its own orders. */
const MAX_COMMANDS = 1_000_000;

/**
 * A strategy's machine and the account it trades with. Orders rest until a walk over the market says they fill; the
 * machine hears the same events as in live trading.
 */
export class Session {
  readonly orders: SessionOrders;
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
  /** The newest quote that the machine was not shown; it sees it before anything else happens. */
  #unseen: PricePoint | null = null;
  /** Ms; when it was made. */
  #unseenAt = 0;
  #startFills = 0;
  #initialBase = ZERO;
  readonly #cellCycles = new Map<number, number>();
  #gross = ZERO;
  #net = ZERO;

  constructor(setup: BacktestSetup, point: PricePoint, now: number, options: SessionOptions) {
    this.#setup = setup;
    this.#options = options;
    this.orders = new SessionOrders(options.queue);
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
    const { bid, ask } = point;
    const isUnseen =
      this.isTimerAsleep() && isAsleep(this.#wake, 0, this.#setup.market.symbol, bid, ask) && !this.showsAll;
    this.#unseen = point;
    this.#unseenAt = this.now;
    if (!isUnseen) this.#catchUp();
  }

  /** The market has gone here, and on the way there was nothing that the machine need see. */
  passTo(point: PricePoint): void {
    this.#point = point;
    this.#unseen = point;
    this.#unseenAt = this.now;
  }

  get showsAll(): boolean {
    return this.#options.showsAll === true;
  }

  tick(): void {
    if (this.isTimerAsleep() && !this.showsAll) return;
    this.#catchUp();
    this.#send({ type: 'timer', name: 'tick' });
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

  /** Fills all or part of a resting order at its price. */
  fill(order: SessionOrder, quantity = order.quantity - order.filled, taker = false): void {
    this.#catchUp();
    order.filled += quantity;
    const isWhole = order.filled >= order.quantity;
    if (isWhole) this.orders.remove(order);
    const fill = this.#trade(order, ticksToPrice(this.#setup.market, order.price), quantity, taker, null);
    this.#send({ type: 'order', update: report(order, isWhole ? 'filled' : 'partially-filled', [fill]) });
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

  #catchUp(): void {
    if (this.#unseen === null) return;
    const { bid, ask } = this.#unseen;
    this.#unseen = null;
    this.#send({ type: 'quote', leg: 0, market: this.#setup.market.symbol, bid, ask }, this.#unseenAt);
  }

  #send(event: StrategyEvent, now = this.now): void {
    this.version += 1;
    const step = this.#setup.strategy.on(this.#context, this.#state, event, now);
    this.#state = step.state;
    this.#wake = step.wake;
    this.#obey(step);
  }

  #obey(first: Step<MachineState>): void {
    const commands = [...first.commands];
    for (let next = 0; next < commands.length; next += 1) {
      const command = commands[next];
      if (command === undefined) break;
      if (next > MAX_COMMANDS) throw new Error('the strategy reacts to its own orders without end');
      const update = this.#carryOut(command);
      if (update === null) continue;
      const step = this.#setup.strategy.on(this.#context, this.#state, { type: 'order', update }, this.now);
      this.#state = step.state;
      this.#wake = step.wake;
      commands.push(...step.commands);
    }
  }

  #carryOut(command: Command): OrderUpdate | null {
    switch (command.type) {
      case 'place':
        return this.#place(command);
      case 'cancel': {
        const order = this.orders.get(nameOf(command));
        if (order === undefined) return null;
        this.orders.remove(order);
        return report(order, 'canceled', []);
      }
      case 'cycle':
        this.#cellCycles.set(command.key.slot, (this.#cellCycles.get(command.key.slot) ?? 0) + 1);
        this.#gross = this.#gross.plus(command.cycle.gross);
        this.#net = this.#net.plus(command.cycle.net);
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
    this.orders.add(order);
    return report(order, 'open', []);
  }

  #trade(order: SessionOrder, price: Decimal, steps: Steps, taker: boolean, exact: Decimal | null): Fill {
    if (exact !== null) this.log.exactPrices.set(this.log.length, exact);
    this.log.push(this.row, order.key.slot, order.side, order.price, steps, taker);
    return fillOf(this.#setup, order, { number: this.log.length, price, steps, taker, time: this.now });
  }
}
