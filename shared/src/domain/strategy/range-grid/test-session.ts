import { dec, decStr, sum, type Decimal } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice, type Market, type Steps, type Ticks } from '../../market/market.js';
import type { Command, CompletedCycle, OrderUpdate, StrategyEvent, Wake } from '../events.js';
import type { LegContext, PlanContext, StartContext } from '../kind.js';
import { carryRangeGrid } from './carry.js';
import { levelTicks } from './levels.js';
import { startRangeGrid, stepRangeGrid } from './machine.js';
import type { RangeGridParams } from './params.js';
import { isAuxiliary, restoreRangeGrid, type CellState, type RangeGridState } from './state.js';
import { middle, TestExchange, type FeeMode, type TestOrder } from './test-exchange.js';
import { viewRangeGrid } from './view.js';

/** A market whose minimums bite: 0.01 quote ticks, 0.001 base steps, 5 quote at least. */
export const TEST_MARKET: Market = {
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
};

export const TEST_PARAMS: RangeGridParams = {
  lower: '140',
  upper: '170',
  levels: 16,
  spacing: 'arithmetic',
  quantity: { mode: 'base', value: '1' },
  profit: 'quote',
  initialInventory: 'buy',
  initialOrder: 'market',
  postOnly: false,
  direction: 'long',
  outOfRange: 'hold',
};

export function testLeg(changes: Partial<LegContext> = {}): LegContext {
  return {
    leg: 0,
    market: TEST_MARKET,
    bid: 14_999,
    ask: 15_000,
    makerRate: '0.001',
    takerRate: '0.001',
    baseFree: null,
    quoteFree: null,
    ...changes,
  };
}

export interface SessionOptions {
  params?: Partial<RangeGridParams>;
  leg?: Partial<LegContext>;
  feeMode?: FeeMode;
}

/** Base of a strategy, negative when it is short. */
export function positionOf(state: RangeGridState): Decimal {
  const held = [...state.slots.values()].flatMap((slot) =>
    isAuxiliary(slot) ? [] : slot.lots.map((lot) => dec(lot.base).times(slot.short ? -1 : 1)),
  );
  return sum([...held, state.header.unassigned.base]);
}

/** For tests only: a machine, the exchange it trades at, and the clock of both. */
export class TestSession {
  params: RangeGridParams;
  context: PlanContext;
  state: RangeGridState;
  readonly exchange: TestExchange;
  readonly cycles: { slot: number; cycle: CompletedCycle }[] = [];
  /** Everything that happened, with its time. */
  readonly log: { event: StrategyEvent; now: number }[] = [];
  /** What the machine said it need not see. */
  wake: Wake | undefined;
  /** Commands of the last event. */
  commands: Command[] = [];
  now = 1_700_000_000_000;
  /** Whether a look that is asked for is made at once, and shows that nothing limits what can be closed. */
  answersLooks = true;
  /** Called after every event, when the commands have been obeyed; gets the state before it. */
  afterEvent: (event: StrategyEvent, before: RangeGridState) => void = () => undefined;

  constructor(options: SessionOptions = {}, params = TEST_PARAMS) {
    const leg = testLeg(options.leg);
    this.params = { ...params, ...options.params };
    this.context = { legs: [leg] };
    this.exchange = new TestExchange(
      leg.market,
      options.feeMode ?? 'received',
      leg.makerRate,
      leg.bid,
      leg.ask,
    );
    this.state = this.#start(null, 1);
    if (this.state.header.phase !== 'waiting') this.#give(null);
  }

  /** What the strategy is given counts at the start price. */
  #give(before: RangeGridState | null): void {
    const given = positionOf(this.state).minus(before === null ? 0 : positionOf(before));
    const price = ticksToPrice(this.market, this.state.header.startPrice);
    this.exchange.base = this.exchange.base.plus(given);
    this.exchange.quote = this.exchange.quote.minus(given.times(price));
  }

  #start(carried: unknown, firstGeneration: number): RangeGridState {
    const context: StartContext = { ...this.context, firstGeneration, carried };
    this.context = context;
    const started = startRangeGrid(this.params, context, this.now);
    this.#obey(started.commands);
    return started.state;
  }

  get market(): Market {
    return this.exchange.market;
  }

  get levels(): readonly Ticks[] {
    return levelTicks(this.params, this.market);
  }

  cells(): [number, CellState][] {
    return [...this.state.slots].flatMap(([index, slot]) =>
      isAuxiliary(slot) ? [] : [[index, slot] as [number, CellState]],
    );
  }

  cell(index: number): CellState {
    const slot = this.state.slots.get(index);
    if (slot === undefined || isAuxiliary(slot)) throw new RangeError(`no cell ${index}`);
    return slot;
  }

  /** The present order of a slot at the exchange. */
  order(slot: number): TestOrder {
    const order = this.exchange.live().find((at) => at.key.slot === slot);
    if (order === undefined) throw new RangeError(`slot ${slot} has no live order`);
    return order;
  }

  send(event: StrategyEvent): Command[] {
    const before = this.state;
    const step = stepRangeGrid(this.params, this.context, before, event, this.now);
    this.state = step.state;
    // Without a fill the position only changes by base that is brought along.
    if (event.type !== 'order') this.#give(before);
    this.wake = step.wake;
    this.log.push({ event, now: this.now });
    this.#obey(step.commands);
    this.afterEvent(event, before);
    if (!this.answersLooks || !step.commands.some(({ type }) => type === 'look')) return step.commands;
    return (this.commands = [...step.commands, ...this.see()]);
  }

  #obey(commands: Command[]): void {
    this.commands = commands;
    for (const command of commands) {
      if (command.type === 'place') this.exchange.place(command);
      else if (command.type === 'cancel') this.exchange.cancel(command);
      else if (command.type === 'cycle') this.cycles.push({ slot: command.key.slot, cycle: command.cycle });
    }
  }

  /** A look at the account that began just now. */
  see(base: string | null = null, quote: string | null = null): Command[] {
    const { symbol: market } = this.market;
    const event = { type: 'account', leg: 0, market, at: this.now, base, quote, position: null } as const;
    // What happens from here on the look has not seen.
    this.now += 1;
    return this.send(event);
  }

  tell(update: OrderUpdate): Command[] {
    return this.send({ type: 'order', update });
  }

  quote(bid: Ticks, ask: Ticks): Command[] {
    this.exchange.bid = bid;
    this.exchange.ask = ask;
    return this.send({ type: 'quote', leg: 0, market: this.market.symbol, bid, ask });
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

  /** Opens every order that has not been answered; market orders fill. */
  acceptAll(): void {
    for (const order of this.exchange.live()) {
      if (order.price === null) this.fill(order);
      // What cannot trade at once does not rest.
      else if (order.timeInForce === 'IOC')
        if (this.exchange.isCrossed(order)) this.fill(order);
        else this.tell(this.exchange.update(order, 'expired'));
      else if (order.state === 'intent' || order.state === 'sent')
        this.tell(this.exchange.update(order, 'open'));
    }
  }

  fill(order: TestOrder, steps: Steps = order.quantity): Command[] {
    return this.tell(this.exchange.fill(order, steps));
  }

  cancel(order: TestOrder): Command[] {
    return this.tell(this.exchange.update(order, 'canceled'));
  }

  /** Moves the market and fills every resting order it reaches, one after the other, until nothing moves. */
  walkTo(bid: Ticks, ask: Ticks): void {
    this.quote(bid, ask);
    for (let round = 0; round < 100; round += 1) {
      this.acceptAll();
      const crossed = this.exchange.live().find((order) => this.exchange.isCrossed(order));
      if (crossed === undefined) return;
      this.fill(crossed);
    }
    throw new Error('the market never came to rest');
  }

  /** A funding payment, also in the exchange's ledger. */
  fund(amount: string): Command[] {
    this.exchange.quote = this.exchange.quote.plus(amount);
    const { symbol } = this.market;
    return this.send({ type: 'funding', leg: 0, market: symbol, positionSide: 'net', amount });
  }

  /** New parameters while paused, with every order over: what held base goes to the new cells. */
  edit(params: Partial<RangeGridParams>): void {
    const carried: unknown = JSON.parse(
      JSON.stringify(carryRangeGrid(this.params, this.context, this.state)),
    );
    const highest = Math.max(0, ...this.exchange.orders.map((order) => order.generation));
    this.params = { ...this.params, ...params };
    const { bid, ask } = this.exchange;
    this.context = { legs: [testLeg({ ...this.context.legs[0], bid, ask })] };
    const before = this.state;
    this.state = this.#start(carried, highest + 1);
    if (this.state.header.phase !== 'waiting') this.#give(before);
  }

  /** A state as a restarted worker reads it. */
  restored(state = this.state): RangeGridState {
    const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const slots = new Map([...state.slots].map(([slot, value]) => [slot, json(value)]));
    return restoreRangeGrid(json(state.header), slots);
  }

  /** Profit the machine claims, and what the exchange's ledger says, at the middle of the quotes. */
  profit(): { claimed: string; real: string } {
    const { quote } = this.state;
    const mark =
      quote === null
        ? ticksToPrice(this.market, this.state.header.startPrice)
        : middle(this.market, quote.bid, quote.ask);
    return {
      claimed: viewRangeGrid(this.params, this.context, this.state).profit.total,
      real: decStr(this.exchange.equity(mark)),
    };
  }

  heldBase(index: number): string {
    return decStr(sum(this.cell(index).lots.map((lot) => lot.base)));
  }

  quantity(steps: Steps): string {
    return decStr(stepsToQuantity(this.market, steps));
  }
}
