import type {
  BoundStrategy,
  Command,
  CompletedCycle,
  Denial,
  Fill,
  MachineState,
  OrderState,
  PlanContext,
  PositionSide,
  Reason,
  SlotKey,
  StrategyEvent,
  Wake,
} from '@gridfleet/shared/domain';
import type { FundingPayment } from '../venue/venue-futures.js';
import type { LimitWarning, MarketQuote, ResourceChange } from './admission.js';
import type { LiveOrder, ValuedReport } from './live-order.js';

/** What does not change while a revision is in force. */
export interface RunFrame {
  strategyId: number;
  runId: number;
  fence: number;
  salt: string;
  /** Of the installation's lives before a backup was restored. */
  formerSalts?: readonly string[];
  kind: BoundStrategy;
  context: PlanContext;
  accountIds: readonly number[];
  /** Of the legs' contracts, as their accounts are set; null or absent on spot and where nobody knows. */
  leverages?: readonly (number | null)[];
}

/** Salts of all client order ids that are ours. */
export function saltsOf({ salt, formerSalts = [] }: Pick<RunFrame, 'salt' | 'formerSalts'>): string[] {
  return [salt, ...formerSalts];
}

export interface RunMemory {
  machine: MachineState;
  /** By client order id: live orders, and those that became final lately. */
  orders: ReadonlyMap<string, LiveOrder>;
  /** Newest best quotes by leg; empty until the first one after a start. */
  quotes: ReadonlyMap<number, MarketQuote>;
  /** Codes of refusals in force, by `slotName`. */
  refused: ReadonlyMap<string, string>;
  /** Legs whose position must not be made larger, and why: their stop does not rest at the exchange. */
  unguarded: ReadonlyMap<number, Denial>;
}

/** `cause` names how a report was come by when the venue had to be asked: what it changes is a correction. */
export type Input =
  | { type: 'event'; event: StrategyEvent }
  | { type: 'report'; report: ValuedReport; cause?: string }
  | { type: 'funding'; leg: number; payment: FundingPayment };

export type Finish = Extract<Command, { type: 'finish' }>;

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

export interface BookedFunding {
  leg: number;
  positionSide: PositionSide;
  payment: FundingPayment;
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
  funding: BookedFunding[];
  cancels: LiveOrder[];
  /** What is reserved, given back, bought and sold. */
  resources: ResourceChange[];
  refusals: SlotRefusal[];
  /** Slots whose refusals are over. */
  cleared: SlotKey[];
  corrections: Correction[];
  /** Whether our own rules refused an order. */
  denied: boolean;
  /** Whether the machine wants the venue looked at now. */
  looks: boolean;
  /** What a person has to know at once. */
  alerts: Reason[];
  /** Limits that new orders nearly use up. */
  warnings: LimitWarning[];
  /** Set when the strategy has ended. */
  finish: Finish | null;
  /** What the machine need not see from here on. */
  wake: Wake | undefined;
}
