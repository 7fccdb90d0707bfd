import { isFinal, type SlotKey } from '../../order/order.js';
import { cancelStray } from '../common/order-faults.js';
import type { Command, FinishOutcome, OrderUpdate, Reason, Step, StrategyEvent } from '../events.js';
import type { LegContext, PlanContext, StartContext } from '../kind.js';
import type { SingleOrderParams } from './params.js';
import { unitsOf } from './plan.js';
import { ORDER_SLOT, type SingleOrderState, type SlotState } from './state.js';

/** The only leg. @throws RangeError when the strategy has none. */
export function onlyLeg(context: PlanContext): LegContext {
  const leg = context.legs[0];
  if (leg === undefined) throw new RangeError('a single order needs one leg');
  return leg;
}

export function keyOf({ leg, market }: LegContext): SlotKey {
  return { leg, market: market.symbol, positionSide: 'net', slot: ORDER_SLOT };
}

/** Waits for the first quote: a market order cannot be judged without one. */
export function startSingleOrder(_params: SingleOrderParams, context: StartContext): Step<SingleOrderState> {
  return {
    state: {
      header: { paused: false, ending: null, isPlaced: false },
      slots: new Map([[ORDER_SLOT, { order: null, next: context.firstGeneration }]]),
    },
    commands: [],
  };
}

/** The order is placed once. Whatever becomes of it is the end: an operator decides what comes next. */
export function stepSingleOrder(
  params: SingleOrderParams,
  context: PlanContext,
  state: SingleOrderState,
  event: StrategyEvent,
): Step<SingleOrderState> {
  const leg = onlyLeg(context);
  switch (event.type) {
    case 'quote':
      return place(params, leg, state);
    case 'order':
      return onOrder(params, state, event.update);
    case 'lifecycle': {
      if (event.action !== 'stop') {
        const paused = event.action === 'pause';
        return unchanged(paused === state.header.paused ? state : withHeader(state, { paused }));
      }
      return end(leg, withHeader(state, { ending: event.stop === 'keep' ? 'keep' : 'cancel' }));
    }
    default:
      return unchanged(state);
  }
}

function unchanged(state: SingleOrderState): Step<SingleOrderState> {
  return { state, commands: [] };
}

function withHeader(state: SingleOrderState, change: Partial<SingleOrderState['header']>): SingleOrderState {
  return { ...state, header: { ...state.header, ...change } };
}

function slotOf(state: SingleOrderState): SlotState {
  const slot = state.slots.get(ORDER_SLOT);
  if (slot === undefined) throw new RangeError('a single order has one slot');
  return slot;
}

function finish(code: string, message: string, outcome: FinishOutcome): Command {
  return { type: 'finish', reason: { code, message }, outcome };
}

function place(params: SingleOrderParams, leg: LegContext, state: SingleOrderState): Step<SingleOrderState> {
  const { paused, ending, isPlaced } = state.header;
  if (paused || ending !== null || isPlaced) return unchanged(state);
  const { price, quantity } = unitsOf(params, leg);
  const { next: generation } = slotOf(state);
  const { side, timeInForce, postOnly, reduceOnly } = params;
  const order = { side, generation, price, quantity, filled: 0, state: 'intent', canceling: false };
  return {
    state: {
      ...withHeader(state, { isPlaced: true }),
      slots: new Map([[ORDER_SLOT, { order, next: generation + 1 }]]),
    },
    commands: [
      {
        type: 'place',
        key: keyOf(leg),
        side,
        generation,
        orderType: params.type,
        timeInForce,
        postOnly,
        reduceOnly,
        price,
        quantity,
      },
    ],
  };
}

function onOrder(
  params: SingleOrderParams,
  state: SingleOrderState,
  update: OrderUpdate,
): Step<SingleOrderState> {
  const slot = slotOf(state);
  const { order } = slot;
  if (order === null || order.generation !== update.generation || order.side !== update.side)
    return { state, commands: cancelStray(update) };
  if (isFinal(update.state)) {
    return {
      state: { ...state, slots: new Map([[ORDER_SLOT, { ...slot, order: null }]]) },
      commands: [endOf(params, update)],
    };
  }
  const filled = Math.max(order.filled, update.filled);
  if (filled === order.filled && update.state === order.state) return unchanged(state);
  const next = { ...slot, order: { ...order, filled, state: update.state } };
  return unchanged({ ...state, slots: new Map([[ORDER_SLOT, next]]) });
}

function endOf({ side }: SingleOrderParams, update: OrderUpdate): Command {
  const outcome = side === 'buy' && update.filled > 0 ? 'holding' : 'flat';
  if (update.state === 'filled') return finish('ORDER_FILLED', 'The order has filled.', outcome);
  const reason: Reason = update.refusal ?? {
    code: update.state === 'canceled' ? 'ORDER_CANCELED' : 'ORDER_ENDED',
    message:
      update.state === 'canceled' ? 'The order has been cancelled.' : `The order is over (${update.state}).`,
  };
  return { type: 'finish', reason, outcome };
}

/** Ends at once without an order; with one, when it is cancelled. */
function end(leg: LegContext, state: SingleOrderState): Step<SingleOrderState> {
  const { order } = slotOf(state);
  if (order === null)
    return { state, commands: [finish('STOP_REQUESTED', 'Ended before the order was placed.', 'flat')] };
  if (state.header.ending === 'keep')
    return { state, commands: [finish('STOP_REQUESTED', 'Ended; the order stays.', 'orders-kept')] };
  const { side, generation } = order;
  return {
    state: {
      ...state,
      slots: new Map([[ORDER_SLOT, { ...slotOf(state), order: { ...order, canceling: true } }]]),
    },
    commands: [{ type: 'cancel', key: keyOf(leg), side, generation }],
  };
}
