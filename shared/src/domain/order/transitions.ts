import { isFinal, type OrderState } from './order.js';

/**
 * The one table of legal moves. A move to the same state is always legal (updates repeat), and a fill may still
 * arrive after a final state: it changes the filled quantity, not the state, except where named here.
 */
export const TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  // A stream event may overtake the answer to the request, so every exchange state can follow an intent.
  intent: ['sent', 'open', 'partially-filled', 'filled', 'canceled', 'expired', 'rejected', 'never-sent'],
  // `never-sent` only by proof: the request's validity has ended and two reads agree on absence.
  sent: ['open', 'partially-filled', 'filled', 'canceled', 'expired', 'rejected', 'never-sent'],
  open: ['partially-filled', 'filled', 'canceled', 'expired'],
  'partially-filled': ['filled', 'canceled', 'expired'],
  filled: [],
  // A cancel can be acknowledged by a replica before the last fill is reported.
  canceled: ['filled'],
  // Self-trade prevention and time limits race with the last fill in the same way.
  expired: ['filled'],
  // A refusal that turns out to be an acceptance is a defect of the venue; the exchange's word is taken.
  rejected: ['open', 'partially-filled', 'filled', 'canceled', 'expired'],
  // The proof of absence was wrong (late acceptance): adopt what the exchange has, never lose it.
  'never-sent': ['open', 'partially-filled', 'filled', 'canceled', 'expired'],
};

/**
 * What an update means for an order.
 * - `repeat`: says what is known
 * - `step`: an ordinary move
 * - `surprise`: taken, but an earlier conclusion was wrong; must be reported
 * - `stale`: older than what is known; ignored
 * - `contradiction`: cannot be true together with what is known; ignored, and must be reported
 */
export type Move = 'repeat' | 'step' | 'surprise' | 'stale' | 'contradiction';

export function judgeMove(from: OrderState, to: OrderState): Move {
  if (from === to) return 'repeat';
  if (TRANSITIONS[from].includes(to)) return isFinal(from) ? 'surprise' : 'step';
  // Whatever can lead to the present state may be reported late.
  return TRANSITIONS[to].includes(from) ? 'stale' : 'contradiction';
}

/** Moves that are taken but must be reported, because an earlier conclusion was wrong. */
export function isSurprising(from: OrderState, to: OrderState): boolean {
  return judgeMove(from, to) === 'surprise';
}

/**
 * The state after an update. Updates arrive in any order: one that would lead backwards (for example `open` after
 * `partially-filled`) leaves the state as it is.
 */
export function nextState(from: OrderState, to: OrderState): OrderState {
  const move = judgeMove(from, to);
  return move === 'step' || move === 'surprise' ? to : from;
}
