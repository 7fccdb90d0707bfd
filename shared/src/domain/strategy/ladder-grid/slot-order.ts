import { minSteps, type Steps, type Ticks } from '../../market/market.js';
import type { Side } from '../../order/order.js';
import type { Command } from '../events.js';
import { closeSide, isReduceOnly, keyOf, openSide, type Ladder } from './context.js';
import { crosses, openRefusal, openSteps, openTarget, referenceOf } from './prices.js';
import { closeSteps, heldSteps } from './size.js';
import type { Header, Quote, SlotState } from './state.js';

/** A slot on its way through one event. */
export interface Armed {
  state: SlotState;
  commands: Command[];
}

/** What a slot has to know about the strategy when it places an order. */
export interface Surroundings {
  header: Header;
  quote: Quote | null;
  /** Whether its side may have one more position. */
  hasRoom: boolean;
  now: number;
}

function unchanged(state: SlotState): Armed {
  return { state, commands: [] };
}

function wait(state: SlotState, code: string, message: string): Armed {
  if (state.waiting?.code === code) return unchanged(state);
  const failures = state.waiting?.failures ?? 0;
  return unchanged({ ...state, waiting: { code, message, retryAt: null, failures } });
}

export interface Wish {
  side: Side;
  /** Null is a market order. */
  price: Ticks | null;
  quantity: Steps;
  closes: boolean;
  /** Trades at once or not at all: part of an exit. */
  isExit?: boolean;
}

/** Places the next order of a slot. */
export function place(ladder: Ladder, slot: number, state: SlotState, wish: Wish): Armed {
  const { side, price, quantity, closes, isExit = false } = wish;
  const generation = side === 'buy' ? state.nextBuy : state.nextSell;
  return {
    state: {
      ...state,
      waiting: state.waiting === null ? null : { ...state.waiting, retryAt: null },
      nextBuy: side === 'buy' ? generation + 1 : state.nextBuy,
      nextSell: side === 'sell' ? generation + 1 : state.nextSell,
      order: { side, generation, price, quantity, filled: 0, state: 'intent', canceling: false },
    },
    commands: [
      {
        type: 'place',
        key: keyOf(ladder, slot),
        side,
        generation,
        orderType: price === null ? 'market' : 'limit',
        timeInForce: isExit && price !== null ? 'IOC' : 'GTC',
        postOnly: price !== null && ladder.params.postOnly && !isExit,
        reduceOnly: closes && isReduceOnly(ladder, slot),
        price,
        quantity,
      },
    ],
  };
}

function armOpening(ladder: Ladder, slot: number, state: SlotState, around: Surroundings): Armed {
  if (around.header.ending !== null) return unchanged(state);
  if (!ladder.own.has(slot))
    return wait(state, 'SLOT_REMOVED', 'The edited ladder has no such slot; its position is closed.');
  if (!around.hasRoom)
    return wait(state, 'MAX_POSITIONS', 'Positions and opening orders are as many as allowed.');
  // After a restart the market is unknown until the first quote.
  const reference = referenceOf(ladder, around.header, slot, around.quote);
  if (around.quote === null || reference === null) return unchanged(state);
  const side = openSide(slot);
  const price = openTarget(ladder, slot, reference);
  if (price < 1) return wait(state, 'PRICE_NOT_POSITIVE', 'The slot lies at or below a price of zero.');
  if (crosses(side, price, around.quote))
    return wait(state, 'WOULD_CROSS', 'The market is beyond this slot; it waits until the price is back.');
  const { market } = ladder.leg;
  const wanted = openSteps(ladder, price);
  const quantity = Math.max(wanted - heldSteps(market, state), minSteps(market, price));
  const refusal = wanted < 1 ? 'BELOW_MIN_QUANTITY' : openRefusal(ladder, price, Math.max(wanted, quantity));
  if (refusal !== null)
    return wait(
      state,
      refusal,
      `An order of ${wanted} steps of ${market.stepSize} is outside the venue's size rules.`,
    );
  return place(ladder, slot, { ...state, wanted }, { side, price, quantity, closes: false });
}

function armClosing(ladder: Ladder, slot: number, state: SlotState, around: Surroundings): Armed {
  const side = closeSide(slot);
  const quantity = closeSteps(ladder.leg.market, state);
  const price = state.target;
  if (price === null || around.header.ending !== null) return unchanged(state);
  if (ladder.params.postOnly) {
    if (around.quote === null) return unchanged(state);
    if (crosses(side, price, around.quote))
      return wait(state, 'WOULD_CROSS', 'The take-profit would take from the book; post-only waits.');
  }
  return place(ladder, slot, state, { side, price, quantity, closes: true });
}

/** Gives a slot without an order, and not in an exit, the one it should have, or the reason why not. */
export function armSlot(ladder: Ladder, slot: number, state: SlotState, around: Surroundings): Armed {
  if (state.order !== null) return unchanged(state);
  if (state.waiting?.retryAt != null && around.now < state.waiting.retryAt) return unchanged(state);
  return state.phase === 'open'
    ? armOpening(ladder, slot, state, around)
    : armClosing(ladder, slot, state, around);
}

/** Asks for the cancellation of the slot's order. */
export function cancelOrder(ladder: Ladder, slot: number, state: SlotState): Armed {
  const { order } = state;
  if (order === null) return unchanged(state);
  return {
    state: order.canceling ? state : { ...state, order: { ...order, canceling: true } },
    commands: [{ type: 'cancel', key: keyOf(ladder, slot), side: order.side, generation: order.generation }],
  };
}
