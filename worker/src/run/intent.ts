import {
  clientOrderId,
  decStr,
  parseClientOrderId,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  toTicks,
  type Command,
  type Fill,
  type LegContext,
  type OrderUpdate,
  type PlanContext,
  type Reason,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import type { OrderReport } from '../venue/venue.js';
import { liveOrder, type LiveOrder } from './live-order.js';
import type { RunFrame } from './step.js';

/** How long an intent may be sent after it was written, ms; a successor waits this long before it concludes. */
export const INTENT_VALIDITY_MS = 4_000;

export type PlaceCommand = Extract<Command, { type: 'place' }>;

export function legOf(context: PlanContext, leg: number): LegContext {
  const found = context.legs[leg];
  if (found === undefined) throw new RangeError(`the strategy has no leg ${leg}`);
  return found;
}

/** An order and its new fills, in the machine's units. */
export function updateFor(
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

/** The row of an order the machine asks for; it has no id yet. */
export function intentFor(frame: RunFrame, command: PlaceCommand, now: number): LiveOrder {
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
    unitMargin: null,
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

/** How a machine hears that its order was not let through. */
export function refusedUpdate(command: PlaceCommand, refusal: Reason): OrderUpdate {
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

/** The row of an order with an id of this strategy that the books lost; null when the id does not parse. */
export function adoptedRow(
  frame: RunFrame,
  leg: number,
  report: OrderReport,
  now: Date,
): Omit<OrderRow, 'id'> | null {
  const parts = parseClientOrderId(report.clientOrderId);
  const accountId = frame.accountIds[leg];
  if (parts === null || accountId === undefined) return null;
  const { positionSide } = frame.kind.slotKey(frame.context, parts.slot);
  return {
    strategyId: frame.strategyId,
    runId: frame.runId,
    accountId,
    leg,
    market: report.market,
    positionSide,
    slot: parts.slot,
    side: parts.side,
    generation: parts.generation,
    clientOrderId: report.clientOrderId,
    exchangeOrderId: null,
    type: report.price === null ? 'market' : 'limit',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    price: report.price,
    quantity: report.quantity,
    filledQuantity: '0',
    filledQuote: '0',
    unitMargin: null,
    state: 'sent',
    isFinal: false,
    reasonCode: 'ORPHAN_ADOPTED',
    reasonMessage: 'The exchange had this order of ours; the books had lost it.',
    fence: String(frame.fence),
    version: 0,
    notAfter: now,
    createdAt: now,
    updatedAt: now,
  };
}
