import { dec, decStr, roundTo } from '../../numbers/decimal.js';
import { isFinal } from '../../order/order.js';
import { closingFailure } from '../common/closing.js';
import { cancelStray, failureOf, waitingAfterFailure } from '../common/order-faults.js';
import type { Command, OrderUpdate } from '../events.js';
import { bookClose, bookOpen } from './accounting.js';
import { closeSide, isLong, keyOf, openSide, type Ladder } from './context.js';
import { heldSteps } from './size.js';
import { cancelOrder } from './slot-order.js';
import type { Header, OpenCycle, SlotState } from './state.js';

/** A slot and the header on their way through one order update. */
export interface SlotStep {
  header: Header;
  state: SlotState;
  commands: Command[];
}

/** Places of an average price in the report of a cycle; its money figures are exact. */
const PRICE_PLACES = 18;

function average(amount: string, quantity: string): string {
  return dec(quantity).isZero() ? '0' : decStr(roundTo(dec(amount).div(quantity), PRICE_PLACES));
}

/** Books the fills of an update, whichever order of the slot they belong to: late fills count like any other. */
function bookFills(ladder: Ladder, slot: number, step: SlotStep, update: OrderUpdate, now: number): SlotStep {
  const { market } = ladder.leg;
  return update.fills.reduce<SlotStep>(
    (at, fill) =>
      update.side === openSide(slot)
        ? { ...at, state: bookOpen(slot, at.state, fill, market, now) }
        : { ...at, ...bookClose(at.header, slot, at.state, fill, market) },
    step,
  );
}

function pricesOf(slot: number, cycle: OpenCycle): { buyPrice: string; sellPrice: string } {
  const entry = average(cycle.entry, cycle.quantity);
  const exit = average(cycle.exit, cycle.quantity);
  return isLong(slot) ? { buyPrice: entry, sellPrice: exit } : { buyPrice: exit, sellPrice: entry };
}

/** Reports what a closing order that is over has closed as a cycle; a late fill's own cycle gets a number of its own. */
function closeCycle(
  ladder: Ladder,
  slot: number,
  step: SlotStep,
  generation: number,
  isLate: boolean,
): SlotStep {
  const { header, state } = step;
  const open = state.openCycle;
  if (open === null) return step;
  const lateCycles = isLate ? header.lateCycles + 1 : header.lateCycles;
  return {
    header: { ...header, cycles: header.cycles + 1, lateCycles },
    state: { ...state, openCycle: null, cycles: state.cycles + 1 },
    commands: [
      ...step.commands,
      {
        type: 'cycle',
        key: keyOf(ladder, slot),
        cycle: {
          generation,
          part: isLate ? lateCycles : 0,
          ...pricesOf(slot, open),
          quantity: open.quantity,
          gross: open.gross,
          fees: open.fees,
          net: decStr(dec(open.gross).minus(open.fees)),
        },
      },
    ],
  };
}

/** The slot's present order goes on living. */
function whileLive(step: SlotStep, update: OrderUpdate): SlotStep {
  const { order } = step.state;
  if (order === null) return step;
  const filled = Math.max(order.filled, update.filled);
  const isAnswered = update.state !== 'intent' && update.state !== 'sent';
  const waiting = isAnswered ? null : step.state.waiting;
  if (filled === order.filled && update.state === order.state && waiting === step.state.waiting) return step;
  return { ...step, state: { ...step.state, order: { ...order, filled, state: update.state }, waiting } };
}

/** The slot's present order is over. */
function whenOver(ladder: Ladder, slot: number, step: SlotStep, update: OrderUpdate, now: number): SlotStep {
  const wasExpected =
    step.state.order?.canceling === true || step.header.paused || step.header.ending !== null;
  let at: SlotStep = { ...step, state: { ...step.state, order: null } };
  if (update.side === closeSide(slot)) at = closeCycle(ladder, slot, at, update.generation, false);
  const isExit = step.state.exit?.isOrdered === true;
  const failure = isExit ? closingFailure(update) : failureOf(update, wasExpected);
  const waiting = failure === null ? null : waitingAfterFailure(at.state.waiting, failure, now, update);
  return { ...at, state: { ...at.state, waiting } };
}

/** News of an order that is no longer the slot's own; its fills are booked already. */
function whenEarlier(ladder: Ladder, slot: number, step: SlotStep, update: OrderUpdate): SlotStep {
  let at: SlotStep = { ...step, commands: [...step.commands, ...cancelStray(update)] };
  if (update.side === closeSide(slot) && isFinal(update.state) && at.state.order?.side !== update.side)
    at = closeCycle(ladder, slot, at, update.generation, true);
  const { order } = at.state;
  if (update.fills.length === 0 || order === null || order.canceling) return at;
  // What came late makes the present order too large: the base is there already, or gone.
  const isTooLarge =
    order.side === openSide(slot)
      ? update.side === order.side
      : order.quantity - order.filled > heldSteps(ladder.leg.market, at.state);
  if (!isTooLarge) return at;
  const canceled = cancelOrder(ladder, slot, at.state);
  return { ...at, state: canceled.state, commands: [...at.commands, ...canceled.commands] };
}

/** One order update of a slot: fills first; only its present order decides what the slot does next. */
export function updateSlot(
  ladder: Ladder,
  slot: number,
  header: Header,
  state: SlotState,
  update: OrderUpdate,
  now: number,
): SlotStep {
  const booked = bookFills(ladder, slot, { header, state, commands: [] }, update, now);
  const { order } = booked.state;
  if (order === null || order.side !== update.side || order.generation !== update.generation)
    return whenEarlier(ladder, slot, booked, update);
  return isFinal(update.state) ? whenOver(ladder, slot, booked, update, now) : whileLive(booked, update);
}
