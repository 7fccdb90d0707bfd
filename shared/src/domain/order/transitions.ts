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
  expired: ['filled'],
  // A refusal that turns out to be an acceptance is a defect of the venue; the exchange's word is taken.
  rejected: ['open', 'partially-filled', 'filled', 'canceled', 'expired'],
  // The proof of absence was wrong (late acceptance): adopt what the exchange has, never lose it.
  'never-sent': ['open', 'partially-filled', 'filled', 'canceled', 'expired'],
};

/** Moves that are taken but must be reported, because an earlier conclusion was wrong. */
export function isSurprising(from: OrderState, to: OrderState): boolean {
  return from !== to && isFinal(from);
}

/**
 * The state after an update. Updates arrive in any order: one that would lead backwards (for example `open` after
 * `partially-filled`) leaves the state as it is.
 */
export function nextState(from: OrderState, to: OrderState): OrderState {
  return from === to || TRANSITIONS[from].includes(to) ? to : from;
}
