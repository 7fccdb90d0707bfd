import {
  clientOrderId,
  decStr,
  isFinal,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  toTicks,
  type BoundStrategy,
  type Command,
  type CompletedCycle,
  type Fill,
  type LegContext,
  type MachineState,
  type OrderUpdate,
  type PlanContext,
  type Reason,
  type SlotKey,
  type StrategyEvent,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import { liveOrder, mergeReport, type LiveOrder, type ValuedReport } from './live-order.js';

/** How long an intent may be sent after it was written, ms; a successor waits this long before it concludes. */
export const INTENT_VALIDITY_MS = 4_000;

/** What does not change while a revision is in force. */
export interface RunFrame {
  strategyId: number;
  runId: number;
  fence: number;
  salt: string;
  kind: BoundStrategy;
  context: PlanContext;
  accountIds: readonly number[];
}

export interface RunMemory {
  machine: MachineState;
  /** By client order id: live orders, and those that became final lately. */
  orders: ReadonlyMap<string, LiveOrder>;
}

/** Answers whether a new order may be written now; read in the transaction that writes it. */
export type Gate = (key: SlotKey, side: 'buy' | 'sell') => Reason | null;

export type Input = { type: 'event'; event: StrategyEvent } | { type: 'report'; report: ValuedReport };

export interface BookedFill {
  order: LiveOrder;
  fill: Fill;
}

/** Everything one transaction writes, and what is to be done once it is committed. */
export interface StepResult {
  memory: RunMemory;
  headerChanged: boolean;
  changedSlots: number[];
  /** Orders that existed before and changed. */
  updated: LiveOrder[];
  intents: LiveOrder[];
  fills: BookedFill[];
  cycles: { key: SlotKey; cycle: CompletedCycle }[];
  cancels: LiveOrder[];
}

function legOf(context: PlanContext, leg: number): LegContext {
  const found = context.legs[leg];
  if (found === undefined) throw new RangeError(`the strategy has no leg ${leg}`);
  return found;
}

function updateFor(
  frame: RunFrame,
  order: LiveOrder,
  fills: readonly Fill[],
  refusal: Reason | null,
): OrderUpdate {
  const { row } = order;
  const { market } = legOf(frame.context, row.leg);
  return {
    key: { leg: row.leg, market: row.market, positionSide: row.positionSide, slot: row.slot },
    side: row.side,
    generation: row.generation,
    state: row.state,
    price: row.price === null ? null : toTicks(market, row.price),
    quantity: toSteps(market, row.quantity, 'down'),
    filled: toSteps(market, row.filledQuantity, 'down'),
    fills,
    refusal,
  };
}

function intentFor(frame: RunFrame, command: Extract<Command, { type: 'place' }>, now: number): LiveOrder {
  const { key, side, generation } = command;
  const { market } = legOf(frame.context, key.leg);
  const accountId = frame.accountIds[key.leg];
  if (accountId === undefined) throw new RangeError(`leg ${key.leg} has no account`);
  const row: OrderRow = {
    id: '',
    strategyId: frame.strategyId,
    runId: frame.runId,
    accountId,
    leg: key.leg,
    market: key.market,
    positionSide: key.positionSide,
    slot: key.slot,
    side,
    generation,
    clientOrderId: clientOrderId({
      salt: frame.salt,
      strategyId: frame.strategyId,
      leg: key.leg,
      slot: key.slot,
      side,
      generation,
    }),
    exchangeOrderId: null,
    type: command.orderType,
    timeInForce: command.timeInForce,
    postOnly: command.postOnly,
    reduceOnly: command.reduceOnly,
    price: command.price === null ? null : decStr(ticksToPrice(market, command.price)),
    quantity: decStr(stepsToQuantity(market, command.quantity)),
    filledQuantity: '0',
    filledQuote: '0',
    state: 'intent',
    isFinal: false,
    reasonCode: null,
    reasonMessage: null,
    fence: String(frame.fence),
    version: 0,
    notAfter: new Date(now + INTENT_VALIDITY_MS),
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
  return liveOrder(row, []);
}

function refusedUpdate(command: Extract<Command, { type: 'place' }>, refusal: Reason): OrderUpdate {
  return {
    key: command.key,
    side: command.side,
    generation: command.generation,
    state: 'rejected',
    price: command.price,
    quantity: command.quantity,
    filled: 0,
    fills: [],
    refusal,
  };
}

/** Collects what the machine wants over several inputs; pure. */
class Collector {
  machine: MachineState;
  readonly orders: Map<string, LiveOrder>;
  readonly updated = new Map<string, LiveOrder>();
  readonly intents = new Map<string, LiveOrder>();
  readonly fills: BookedFill[] = [];
  readonly cycles: StepResult['cycles'] = [];
  readonly cancels = new Map<string, LiveOrder>();

  constructor(
    readonly frame: RunFrame,
    readonly before: RunMemory,
    readonly gate: Gate,
    readonly now: number,
  ) {
    this.machine = before.machine;
    this.orders = new Map(before.orders);
  }

  event(event: StrategyEvent): void {
    const queue: StrategyEvent[] = [event];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const step = this.frame.kind.on(this.frame.context, this.machine, next, this.now);
      this.machine = step.state;
      queue.push(...step.commands.flatMap((command) => this.command(command)));
    }
  }

  /** Carries out a command; a denied placement comes back as an event. */
  command(command: Command): StrategyEvent[] {
    switch (command.type) {
      case 'place': {
        const denial = this.gate(command.key, command.side);
        if (denial !== null) return [{ type: 'order', update: refusedUpdate(command, denial) }];
        const intent = intentFor(this.frame, command, this.now);
        this.intents.set(intent.row.clientOrderId, intent);
        this.orders.set(intent.row.clientOrderId, intent);
        return [];
      }
      case 'cancel': {
        const { key, side, generation } = command;
        for (const order of this.orders.values()) {
          const { row } = order;
          if (
            row.leg === key.leg &&
            row.slot === key.slot &&
            row.side === side &&
            row.generation === generation
          ) {
            this.cancels.set(row.clientOrderId, order);
          }
        }
        return [];
      }
      case 'cycle':
        this.cycles.push({ key: command.key, cycle: command.cycle });
        return [];
    }
  }

  report(report: ValuedReport): void {
    const known = this.orders.get(report.clientOrderId);
    if (known === undefined) return;
    const merged = mergeReport(known, report, this.now);
    this.orders.set(report.clientOrderId, merged.order);
    if (!merged.changed) return;
    this.updated.set(report.clientOrderId, merged.order);
    if (merged.fill !== null) this.fills.push({ order: merged.order, fill: merged.fill });
    const fills = merged.fill === null ? [] : [merged.fill];
    this.event({ type: 'order', update: updateFor(this.frame, merged.order, fills, report.refusal) });
  }

  result(): StepResult {
    const changedSlots = [...this.machine.slots]
      .filter(([slot, state]) => this.before.machine.slots.get(slot) !== state)
      .map(([slot]) => slot);
    return {
      memory: { machine: this.machine, orders: this.orders },
      headerChanged: this.machine.header !== this.before.machine.header,
      changedSlots,
      updated: [...this.updated.values()],
      intents: [...this.intents.values()],
      fills: this.fills,
      cycles: this.cycles,
      cancels: [...this.cancels.values()],
    };
  }
}

/** Steps the machine through inputs, in order. Pure: nothing is written or sent here. */
export function stepAll(
  frame: RunFrame,
  memory: RunMemory,
  inputs: readonly Input[],
  gate: Gate,
  now: number,
): StepResult {
  const collector = new Collector(frame, memory, gate, now);
  for (const input of inputs) {
    if (input.type === 'event') collector.event(input.event);
    else collector.report(input.report);
  }
  return collector.result();
}

/** The first step of a strategy's life or of a new revision. */
export function firstStep(
  frame: RunFrame,
  start: { state: MachineState; commands: Command[] },
  gate: Gate,
  now: number,
): StepResult {
  const empty: RunMemory = { machine: { header: null, slots: new Map() }, orders: new Map() };
  const collector = new Collector(frame, empty, gate, now);
  collector.machine = start.state;
  for (const command of start.commands)
    for (const event of collector.command(command)) collector.event(event);
  return collector.result();
}

/** Whether anything has to be written or done; a step without effects costs nothing. */
export function hasEffects(result: StepResult): boolean {
  return (
    result.headerChanged ||
    result.changedSlots.length > 0 ||
    result.updated.length > 0 ||
    result.intents.length > 0 ||
    result.cancels.length > 0
  );
}

/** Drops orders that have been final for longer than `keepMs`; late trades of older ones are found in the database. */
export function forgetOld(memory: RunMemory, now: number, keepMs: number): RunMemory {
  const stale = [...memory.orders].filter(
    ([, order]) => isFinal(order.row.state) && now - order.row.updatedAt.getTime() > keepMs,
  );
  if (stale.length === 0) return memory;
  const orders = new Map(memory.orders);
  for (const [id] of stale) orders.delete(id);
  return { ...memory, orders };
}
