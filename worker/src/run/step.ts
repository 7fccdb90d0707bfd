import {
  isFinal,
  isSurprising,
  ticksToPrice,
  type BoundStrategy,
  type Command,
  type CompletedCycle,
  type Fill,
  type MachineState,
  type OrderState,
  type PlanContext,
  type Reason,
  type SlotKey,
  type StrategyEvent,
} from '@gridfleet/shared/domain';
import { Admission, type AdmissionView, type MarketQuote, type ResourceChange } from './admission.js';
import { intentFor, legOf, refusedUpdate, updateFor, type PlaceCommand } from './intent.js';
import { mergeReport, type LiveOrder, type ValuedReport } from './live-order.js';

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
  /** Newest best quotes by leg; empty until the first one after a start. */
  quotes: ReadonlyMap<number, MarketQuote>;
  /** Slots with a refusal in force, by `slotName`. */
  refused: ReadonlySet<string>;
}

/** `cause` names how a report was come by when the venue had to be asked: what it changes is a correction. */
export type Input =
  { type: 'event'; event: StrategyEvent } | { type: 'report'; report: ValuedReport; cause?: string };

/** A refusal to trade, of ours or of the venue. */
export interface SlotRefusal {
  key: SlotKey;
  reason: Reason;
}

/** What a look at the venue, or a late word of it, changed in the books. */
export interface Correction {
  order: LiveOrder;
  cause: string;
  before: { state: OrderState; filled: string };
  after: { state: OrderState; filled: string };
}

export function slotName(key: SlotKey): string {
  return `${key.leg} ${key.market} ${key.positionSide} ${key.slot}`;
}

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
  /** What is reserved, given back, bought and sold. */
  resources: ResourceChange[];
  refusals: SlotRefusal[];
  /** Slots whose refusals are over. */
  cleared: SlotKey[];
  corrections: Correction[];
  /** Whether our own rules refused an order. */
  denied: boolean;
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
  readonly refusals = new Map<string, SlotRefusal>();
  readonly cleared = new Map<string, SlotKey>();
  readonly corrections: Correction[] = [];
  readonly admission: Admission;
  quotes: ReadonlyMap<number, MarketQuote>;
  denied = false;

  constructor(
    readonly frame: RunFrame,
    readonly before: RunMemory,
    view: AdmissionView,
    readonly now: number,
  ) {
    this.machine = before.machine;
    this.orders = new Map(before.orders);
    this.quotes = before.quotes;
    this.admission = new Admission(view);
  }

  event(event: StrategyEvent): void {
    if (event.type === 'quote') {
      const { market } = legOf(this.frame.context, event.leg);
      const quote = { bid: ticksToPrice(market, event.bid), ask: ticksToPrice(market, event.ask) };
      this.quotes = new Map(this.quotes).set(event.leg, quote);
    }
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
      case 'place':
        return this.place(command);
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

  place(command: PlaceCommand): StrategyEvent[] {
    const intent = intentFor(this.frame, command, this.now);
    const { market } = legOf(this.frame.context, command.key.leg);
    const open = [...this.orders.values()].filter(({ row }) => !row.isFinal).map(({ row }) => row);
    const quote = this.quotes.get(command.key.leg) ?? null;
    const denial = this.admission.refusal(market, intent.row, open, quote);
    if (denial !== null) {
      this.denied = true;
      this.refuse(command.key, denial);
      return [{ type: 'order', update: refusedUpdate(command, denial) }];
    }
    this.intents.set(intent.row.clientOrderId, intent);
    this.orders.set(intent.row.clientOrderId, intent);
    this.admission.changed(market, null, intent.row);
    return [];
  }

  report(report: ValuedReport, cause: string | undefined): void {
    const known = this.orders.get(report.clientOrderId);
    if (known === undefined) return;
    const merged = mergeReport(known, report, this.now);
    this.orders.set(report.clientOrderId, merged.order);
    if (!merged.changed) return;
    const { order } = merged;
    this.updated.set(report.clientOrderId, order);
    const { market } = legOf(this.frame.context, order.row.leg);
    this.admission.changed(market, known.row, order.row);
    if (merged.fill !== null) {
      this.fills.push({ order, fill: merged.fill });
      this.admission.booked(market, order.row, merged.fill);
    }
    this.correct(known, order, cause);
    this.judge(order, report.refusal);
    const fills = merged.fill === null ? [] : [merged.fill];
    this.event({ type: 'order', update: updateFor(this.frame, order, fills, report.refusal) });
  }

  correct(before: LiveOrder, after: LiveOrder, cause: string | undefined): void {
    const what = cause ?? (isFinal(before.row.state) ? lateCause(before, after) : undefined);
    if (what === undefined) return;
    const seen = ({ row }: LiveOrder): Correction['before'] => ({
      state: row.state,
      filled: row.filledQuantity,
    });
    this.corrections.push({ order: after, cause: what, before: seen(before), after: seen(after) });
  }

  /** An accepted order ends what stood against its slot; one that the venue ended says why. */
  judge({ row }: LiveOrder, refusal: Reason | null): void {
    const key = { leg: row.leg, market: row.market, positionSide: row.positionSide, slot: row.slot };
    if (row.state === 'rejected' || row.state === 'expired') {
      const code = row.state === 'rejected' ? 'ORDER_REJECTED' : 'ORDER_EXPIRED';
      this.refuse(key, refusal ?? { code, message: `The exchange ended the order (${row.state}).` });
    } else if (row.state === 'open' || row.state === 'partially-filled' || row.state === 'filled') {
      this.refusals.delete(slotName(key));
      if (this.before.refused.has(slotName(key))) this.cleared.set(slotName(key), key);
    }
  }

  refuse(key: SlotKey, reason: Reason): void {
    this.refusals.set(slotName(key), { key, reason });
    this.cleared.delete(slotName(key));
  }

  result(): StepResult {
    const changedSlots = [...this.machine.slots]
      .filter(([slot, state]) => this.before.machine.slots.get(slot) !== state)
      .map(([slot]) => slot);
    const refused = new Set([...this.before.refused, ...this.refusals.keys()]);
    for (const name of this.cleared.keys()) refused.delete(name);
    return {
      memory: { machine: this.machine, orders: this.orders, quotes: this.quotes, refused },
      headerChanged: this.machine.header !== this.before.machine.header,
      changedSlots,
      updated: [...this.updated.values()],
      intents: [...this.intents.values()],
      fills: this.fills,
      cycles: this.cycles,
      cancels: [...this.cancels.values()],
      resources: this.admission.changes(),
      refusals: [...this.refusals.values()],
      cleared: [...this.cleared.values()],
      corrections: this.corrections,
      denied: this.denied,
    };
  }
}

/** A final order that changes all the same: an earlier conclusion was wrong, or a trade came late. */
function lateCause(before: LiveOrder, after: LiveOrder): string {
  return isSurprising(before.row.state, after.row.state) ? 'FINAL_ORDER_CHANGED' : 'LATE_FILL';
}

/** Memory of a strategy that has done nothing yet. */
export const EMPTY_MEMORY: RunMemory = {
  machine: { header: null, slots: new Map() },
  orders: new Map(),
  quotes: new Map(),
  refused: new Set(),
};

/** Steps the machine through inputs, in order. Pure: nothing is written or sent here. */
export function stepAll(
  frame: RunFrame,
  memory: RunMemory,
  inputs: readonly Input[],
  view: AdmissionView,
  now: number,
): StepResult {
  const collector = new Collector(frame, memory, view, now);
  for (const input of inputs) {
    if (input.type === 'event') collector.event(input.event);
    else collector.report(input.report, input.cause);
  }
  return collector.result();
}

/** The first step of a strategy's life or of a new revision. */
export function firstStep(
  frame: RunFrame,
  start: { state: MachineState; commands: Command[] },
  view: AdmissionView,
  now: number,
): StepResult {
  const collector = new Collector(frame, EMPTY_MEMORY, view, now);
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
    result.refusals.length > 0 ||
    result.cleared.length > 0 ||
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
