import { decStr } from '../../numbers/decimal.js';
import type { Ticks } from '../../market/market.js';
import type { Command, CompletedCycle, OrderUpdate, StopOption, StrategyEvent, Wake } from '../events.js';
import type { LegContext, MachineState, PlanContext, StrategyKind } from '../kind.js';
import { middle, TestExchange, type FeeMode, type TestOrder } from '../range-grid/test-exchange.js';

type Finish = Extract<Command, { type: 'finish' }>;

/** For tests only: a market whose minimums bite. */
export const TEST_LEG: LegContext = {
  leg: 0,
  market: {
    symbol: 'SOL/USDT',
    type: 'spot',
    base: 'SOL',
    quote: 'USDT',
    tickSize: '0.01',
    stepSize: '0.001',
    minQuantity: '0.002',
    maxQuantity: '1000',
    minNotional: '5',
    active: true,
  },
  bid: 14_999,
  ask: 15_000,
  makerRate: '0.001',
  takerRate: '0.001',
  baseFree: null,
  quoteFree: null,
};

/** For tests only: the same as a perpetual. */
export const LINEAR_LEG: LegContext = {
  ...TEST_LEG,
  market: { ...TEST_LEG.market, symbol: 'SOL/USDT:USDT', type: 'linear' },
};

/** For tests only: a machine of any kind, the exchange it trades at, and the clock of both. */
export class KindSession<P, S extends MachineState> {
  context: PlanContext;
  state: S;
  readonly exchange: TestExchange;
  readonly cycles: { slot: number; cycle: CompletedCycle }[] = [];
  finish: Finish | null = null;
  /** Commands of the last event. */
  commands: Command[] = [];
  /** What the machine said last that it need not see. */
  wake: Wake | undefined;
  now = 1_700_000_000_000;
  /** Called after every event, when the commands have been obeyed; gets the state before it. */
  afterEvent: (event: StrategyEvent, before: S) => void = () => undefined;

  constructor(
    readonly kind: StrategyKind<P, S>,
    public params: P,
    leg: LegContext = TEST_LEG,
    feeMode: FeeMode = 'received',
  ) {
    this.context = { legs: [leg] };
    this.exchange = new TestExchange(leg.market, feeMode, leg.makerRate, leg.bid, leg.ask);
    this.state = this.#start(null, 1);
  }

  #start(carried: unknown, firstGeneration: number): S {
    const context = { ...this.context, firstGeneration, carried };
    this.context = context;
    const started = this.kind.start(this.params, context, this.now);
    this.wake = started.wake;
    this.#obey(started.commands);
    return started.state;
  }

  get leg(): LegContext {
    const leg = this.context.legs[0];
    if (leg === undefined) throw new RangeError('no leg');
    return leg;
  }

  /** The present order of a slot at the exchange. */
  order(slot: number): TestOrder {
    const order = this.exchange.live().find((at) => at.key.slot === slot);
    if (order === undefined) throw new RangeError(`slot ${slot} has no live order`);
    return order;
  }

  send(event: StrategyEvent): Command[] {
    const before = this.state;
    const step = this.kind.on(this.params, this.context, before, event, this.now);
    this.state = step.state;
    this.wake = step.wake;
    this.#obey(step.commands);
    this.afterEvent(event, before);
    return step.commands;
  }

  #obey(commands: Command[]): void {
    this.commands = commands;
    for (const command of commands) {
      if (command.type === 'place') this.exchange.place(command);
      else if (command.type === 'cancel') this.exchange.cancel(command);
      else if (command.type === 'cycle') this.cycles.push({ slot: command.key.slot, cycle: command.cycle });
      else this.finish = command;
    }
  }

  tell(update: OrderUpdate): Command[] {
    return this.send({ type: 'order', update });
  }

  quote(bid: Ticks, ask: Ticks = bid + 1): Command[] {
    this.exchange.bid = bid;
    this.exchange.ask = ask;
    return this.send({ type: 'quote', leg: 0, market: this.leg.market.symbol, bid, ask });
  }

  tick(ms = 1_000): Command[] {
    this.now += ms;
    return this.send({ type: 'timer', name: 'tick' });
  }

  pause(): Command[] {
    return this.send({ type: 'lifecycle', action: 'pause' });
  }

  resume(): Command[] {
    return this.send({ type: 'lifecycle', action: 'resume' });
  }

  stop(stop: StopOption): Command[] {
    return this.send({ type: 'lifecycle', action: 'stop', stop });
  }

  /** Opens every order that has not been answered; market orders fill. */
  acceptAll(): void {
    for (const order of this.exchange.live()) {
      if (order.price === null) this.fill(order);
      else if (order.state === 'intent' || order.state === 'sent')
        this.tell(this.exchange.update(order, 'open'));
    }
  }

  /** Does every cancellation that was asked for. */
  cancelAsked(): void {
    for (const order of this.exchange.live()) if (order.cancelRequested) this.cancel(order);
  }

  fill(order: TestOrder, steps = order.quantity): Command[] {
    return this.tell(this.exchange.fill(order, steps));
  }

  cancel(order: TestOrder): Command[] {
    return this.tell(this.exchange.update(order, 'canceled'));
  }

  /** Moves the market; cancellations are done and crossed orders fill, one after the other, until nothing moves. */
  walkTo(bid: Ticks, ask: Ticks = bid + 1): void {
    this.quote(bid, ask);
    for (let round = 0; round < 200; round += 1) {
      this.acceptAll();
      this.cancelAsked();
      const crossed = this.exchange.live().find((order) => this.exchange.isCrossed(order));
      if (crossed !== undefined) this.fill(crossed);
      else if (!this.exchange.live().some((at) => at.state === 'intent' || at.cancelRequested)) return;
    }
    throw new Error('the market never came to rest');
  }

  /** New parameters while paused, with every order over: what is held goes on under the new ones. */
  edit(params: Partial<P>): void {
    const carried: unknown = JSON.parse(
      JSON.stringify(this.kind.carry(this.params, this.context, this.state)),
    );
    const highest = Math.max(0, ...this.exchange.orders.map((order) => order.generation));
    this.params = { ...this.params, ...params };
    const { bid, ask } = this.exchange;
    this.context = { legs: [{ ...this.leg, bid, ask }] };
    this.state = this.#start(carried, highest + 1);
  }

  /** A state as a restarted worker reads it: rows in any order. */
  restored(state: S = this.state): S {
    const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const rows = [...state.slots].map(([slot, value]): [number, unknown] => [slot, json(value)]);
    return this.kind.restore(json(state.header), new Map(rows.reverse()));
  }

  /** Profit the machine claims, and what the exchange's ledger says, at the middle of the quotes. */
  profit(): { claimed: string; real: string } {
    const mark = middle(this.exchange.market, this.exchange.bid, this.exchange.ask);
    return {
      claimed: this.kind.view(this.params, this.context, this.state).profit.total,
      real: decStr(this.exchange.equity(mark)),
    };
  }
}
