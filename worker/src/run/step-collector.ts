import {
  dec,
  isFinal,
  isSurprising,
  ticksToPrice,
  type Command,
  type MachineState,
  type Reason,
  type SlotKey,
  type StrategyEvent,
  type Wake,
} from '@gridfleet/shared/domain';
import type { FundingPayment } from '../venue/venue-futures.js';
import { Admission, type AdmissionView, type MarketQuote } from './admission.js';
import { CONTRADICTION } from './contradictions.js';
import { intentFor, legOf, refusedUpdate, updateFor, type PlaceCommand } from './intent.js';
import type { HeldNow } from './scope-use.js';
import { orderMargin } from './order-margin.js';
import { pendingOf } from './order-value.js';
import { mergeReport, type LiveOrder, type ValuedReport } from './live-order.js';
import {
  slotName,
  type BookedFill,
  type BookedFunding,
  type Correction,
  type Finish,
  type RunFrame,
  type RunMemory,
  type SlotRefusal,
  type StepResult,
} from './step-types.js';

/** Collects what the machine wants over several inputs; pure. */
export class Collector {
  machine: MachineState;
  readonly orders: Map<string, LiveOrder>;
  readonly updated = new Map<string, LiveOrder>();
  readonly intents = new Map<string, LiveOrder>();
  readonly fills: BookedFill[] = [];
  readonly cycles: StepResult['cycles'] = [];
  readonly funding: BookedFunding[] = [];
  readonly cancels = new Map<string, LiveOrder>();
  readonly refusals = new Map<string, SlotRefusal>();
  readonly cleared = new Map<string, SlotKey>();
  readonly corrections: Correction[] = [];
  readonly admission: Admission;
  quotes: ReadonlyMap<number, MarketQuote>;
  denied = false;
  looks = false;
  readonly alerts: Reason[] = [];
  finish: Finish | null = null;
  wake: Wake | undefined;

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
      this.wake = step.wake;
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
      case 'look':
        this.looks = true;
        return [];
      case 'alert':
        this.alerts.push(command.reason);
        return [];
      case 'finish':
        this.finish = command;
        return [];
    }
  }

  place(command: PlaceCommand): StrategyEvent[] {
    const { leg } = command.key;
    const context = legOf(this.frame.context, leg);
    const { market } = context;
    const orders = [...this.orders.values()].map(({ row }) => row);
    const quote = this.quotes.get(leg) ?? null;
    const intent = intentFor(this.frame, command, this.now);
    intent.row.unitMargin = orderMargin(context, this.leverageOf(leg), intent.row, quote, () => ({
      position: this.held().base,
      pending: pendingOf(intent.row, orders),
    }));
    const unguarded = this.before.unguarded.get(leg) ?? null;
    const denial = this.admission.refusal(market, intent.row, orders, quote, () => this.held(), unguarded);
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

  leverageOf(leg: number): number | null {
    return this.frame.leverages?.[leg] ?? null;
  }

  /** What the strategy holds at this point of the step. */
  held(): HeldNow {
    const { position, positionCount, positionCost } = this.frame.kind.view(this.frame.context, this.machine);
    return { base: dec(position), positions: positionCount, cost: dec(positionCost) };
  }

  report(report: ValuedReport, cause: string | undefined): void {
    const known = this.orders.get(report.clientOrderId);
    if (known === undefined) return;
    const merged = mergeReport(known, report, this.now);
    this.orders.set(report.clientOrderId, merged.order);
    if (merged.contradiction) this.contradict(known, report);
    if (!merged.changed) return;
    const { order } = merged;
    this.updated.set(report.clientOrderId, order);
    const { market } = legOf(this.frame.context, order.row.leg);
    this.admission.changed(market, known.row, order.row);
    if (merged.fill !== null) {
      this.fills.push({ order, fill: merged.fill });
      this.admission.booked(market, order.row, merged.fill, this.leverageOf(order.row.leg));
    }
    this.correct(known, order, cause);
    this.judge(order, report.refusal);
    const fills = merged.fill === null ? [] : [merged.fill];
    const update = updateFor(this.frame, order, fills, report.refusal);
    const { retryAt } = report;
    this.event({ type: 'order', update: retryAt === undefined ? update : { ...update, retryAt } });
  }

  fund(leg: number, payment: FundingPayment): void {
    // The venue does not say which side it is for: a strategy's slots do.
    const { positionSide } = this.frame.kind.slotKey(this.frame.context, 0);
    this.funding.push({ leg, positionSide, payment });
    const { market, amount } = payment;
    this.event({ type: 'funding', leg, market, positionSide, amount });
  }

  /** The exchange said what cannot be true together with what is known: ignored, but never silently. */
  contradict(order: LiveOrder, report: ValuedReport): void {
    this.corrections.push({
      order,
      cause: CONTRADICTION,
      before: { state: order.reportedState, filled: order.row.filledQuantity },
      after: { state: report.state, filled: report.filledQuantity },
    });
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
    // An order that was to trade at once has done so as far as it could.
    const isRefused =
      row.state === 'rejected' ||
      (row.state === 'expired' && (refusal !== null || row.timeInForce === 'GTC')) ||
      (row.state === 'never-sent' && refusal !== null);
    if (isRefused) {
      const code = row.state === 'expired' ? 'ORDER_EXPIRED' : 'ORDER_REJECTED';
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
    const refused = new Map(this.before.refused);
    for (const [name, { reason }] of this.refusals) refused.set(name, reason.code);
    for (const name of this.cleared.keys()) refused.delete(name);
    return {
      memory: { ...this.before, machine: this.machine, orders: this.orders, quotes: this.quotes, refused },
      headerChanged: this.machine.header !== this.before.machine.header,
      changedSlots,
      updated: [...this.updated.values()],
      intents: [...this.intents.values()],
      fills: this.fills,
      cycles: this.cycles,
      funding: this.funding,
      cancels: [...this.cancels.values()],
      resources: this.admission.changes(),
      refusals: [...this.refusals.values()],
      cleared: [...this.cleared.values()],
      corrections: this.corrections,
      denied: this.denied,
      looks: this.looks,
      alerts: this.alerts,
      warnings: this.admission.warnings(),
      finish: this.finish,
      wake: this.wake,
    };
  }
}

/** A final order that changes all the same: an earlier conclusion was wrong, or a trade came late. */
function lateCause(before: LiveOrder, after: LiveOrder): string {
  return isSurprising(before.row.state, after.row.state) ? 'FINAL_ORDER_CHANGED' : 'LATE_FILL';
}
