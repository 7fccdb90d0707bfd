import { sum } from '../../numbers/decimal.js';
import { maxSteps, toSteps, type Market, type Steps, type Ticks } from '../../market/market.js';
import { isFinal } from '../../order/order.js';
import { cancelStray, waitingAfterFailure } from '../common/order-faults.js';
import type { Command, OrderUpdate, Reason } from '../events.js';
import { keyOf, type Grid } from './context.js';
import type { AuxiliaryState } from './state.js';

interface AuxiliaryStep {
  slot: AuxiliaryState;
  commands: Command[];
}

/** Whether the slot could place an order now. */
export function isReady(slot: AuxiliaryState, now: number): boolean {
  return (
    slot.order === null &&
    slot.remaining > 0 &&
    (slot.waiting?.retryAt == null || now >= slot.waiting.retryAt)
  );
}

/** What an auxiliary order is beside what its slot says; a market order when `price` is null. */
export interface AuxiliaryOrder {
  price: Ticks | null;
  reduceOnly: boolean;
  /** What remains, when absent. */
  quantity?: Steps;
  timeInForce?: 'GTC' | 'IOC';
}

/** Places an order of a slot. */
export function armAuxiliary(
  grid: Grid,
  index: number,
  slot: AuxiliaryState,
  { price, reduceOnly, quantity: wanted = slot.remaining, timeInForce = 'GTC' }: AuxiliaryOrder,
): AuxiliaryStep {
  const { next: generation, side } = slot;
  const quantity = Math.min(wanted, maxSteps(grid.leg.market));
  return {
    slot: {
      ...slot,
      next: generation + 1,
      order: { side, generation, price, quantity, filled: 0, state: 'intent', canceling: false },
    },
    commands: [
      {
        type: 'place',
        key: keyOf(grid, index),
        side,
        generation,
        orderType: price === null ? 'market' : 'limit',
        timeInForce,
        postOnly: false,
        reduceOnly,
        price,
        quantity,
      },
    ],
  };
}

/** The same slot when there is nothing to place. */
export function armMarketOrder(
  grid: Grid,
  index: number,
  slot: AuxiliaryState,
  reduceOnly: boolean,
  now: number,
): AuxiliaryStep {
  if (!isReady(slot, now)) return { slot, commands: [] };
  return armAuxiliary(grid, index, slot, { price: null, reduceOnly });
}

export function cancelAuxiliary(grid: Grid, index: number, slot: AuxiliaryState): AuxiliaryStep {
  const { order } = slot;
  if (order === null) return { slot, commands: [] };
  const { side, generation } = order;
  return {
    slot: order.canceling ? slot : { ...slot, order: { ...order, canceling: true } },
    commands: [{ type: 'cancel', key: keyOf(grid, index), side, generation }],
  };
}

/** Less to trade. */
export function afterTrading(slot: AuxiliaryState, traded: Steps): AuxiliaryState {
  if (traded === 0 || slot.remaining === 0) return slot;
  return { ...slot, remaining: Math.max(0, slot.remaining - traded) };
}

/** How a slot takes news of its order. */
export interface Following {
  market: Market;
  now: number;
  /** What remains after so much was traded. */
  done: (slot: AuxiliaryState, traded: Steps) => AuxiliaryState;
  /** Why an order that ended early was not meant to; null when it may simply be placed again. */
  failureOf: (update: OrderUpdate) => Reason | null;
}

/** One update of the slot's order. */
export function followOrder(
  slot: AuxiliaryState,
  update: OrderUpdate,
  { market, now, done, failureOf }: Following,
): AuxiliaryStep {
  const { order } = slot;
  if (order === null || order.generation !== update.generation || order.side !== update.side) {
    // What it traded after all need not be traded again.
    const late = toSteps(market, sum(update.fills.map((fill) => fill.quantity)), 'down');
    const commands = cancelStray(update);
    if (late === 0 || update.side !== slot.side) return { slot, commands };
    return { slot: done(slot, late), commands };
  }
  const filled = Math.max(order.filled, update.filled);
  if (!isFinal(update.state)) {
    const isNews = filled !== order.filled || update.state !== order.state;
    const seen = isNews ? { ...slot, order: { ...order, filled, state: update.state } } : slot;
    return { slot: seen, commands: [] };
  }
  const ended = { ...slot, order: null };
  const left = filled === 0 ? ended : done(ended, filled);
  const failure = left.remaining > 0 ? failureOf(update) : null;
  const waiting = failure === null ? null : waitingAfterFailure(slot.waiting, failure, now, update);
  return { slot: { ...left, waiting }, commands: [] };
}
