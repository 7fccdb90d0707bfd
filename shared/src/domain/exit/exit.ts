import { maxSteps, sizeRefusal, type Market, type Steps, type Ticks } from '../market/market.js';
import { isFinal, type OrderState, type Side } from '../order/order.js';
import type { Reason } from '../strategy/events.js';

/** How an exit tries to get out. Times are ms. */
export interface ExitPlan {
  /** Side of the closing orders: `sell` for a holding or a long, `buy` for a short. */
  side: Side;
  /**
   * How far beyond the best quote each limit attempt may trade, in basis points; one IOC order each. After the last one
   * market orders follow.
   */
  limitBasisPoints: readonly number[];
  /** Market orders before the exit counts as failed. */
  marketAttempts: number;
  /** Pause between two attempts, so that balances and book have settled. */
  pauseMs: number;
  /** Cancels or an unknown outcome that take longer than this are told to a person. */
  patienceMs: number;
}

export const DEFAULT_EXIT: Omit<ExitPlan, 'side'> = {
  limitBasisPoints: [0, 20, 50],
  marketAttempts: 3,
  pauseMs: 1_000,
  patienceMs: 30_000,
};

/**
 * - `canceling`: orders of the strategy may still hold what is to be closed
 * - `closing`: one closing order at a time
 * - `flat`: nothing is left that could be an order of its own
 * - `failed`: every attempt is used up and something is left: a person must look
 */
export type ExitPhase = 'canceling' | 'closing' | 'flat' | 'failed';

/** JSON; stored with whatever owns the exit, so that another node goes on with it. */
export interface ExitState {
  phase: ExitPhase;
  startedAt: number;
  /** Orders sent so far; the closing order's number, from 1. */
  attempts: number;
  /** Whether order number `attempts` is not over yet. */
  isOrdered: boolean;
  /** When its order was asked for, or the last one ended. */
  since: number;
  alerted: boolean;
}

/** What is so now, as the books and the venue say. An exit acts on this alone, so asking twice does no harm. */
export interface ExitFacts {
  market: Market;
  /** Other orders of the strategy that are not final. */
  liveOrders: number;
  /** What is to be closed, by the books. */
  held: Steps;
  /** What the account can close now, by balances read after the last order ended; null while they are not known. */
  available: Steps | null;
  /** Best quotes, null when there are none now. */
  bid: Ticks | null;
  ask: Ticks | null;
  /** State of the closing order with the number of `ExitState.attempts`, null when there is none. */
  order: OrderState | null;
}

export type ExitCommand =
  | { type: 'cancel-all' }
  /** Close with one order. `price` null: market. Limit orders are IOC, so nothing is left resting. */
  | { type: 'close'; attempt: number; side: Side; price: Ticks | null; quantity: Steps }
  | { type: 'alert'; reason: Reason };

export interface ExitStep {
  state: ExitState;
  commands: ExitCommand[];
}

export function startExit(now: number): ExitState {
  return { phase: 'canceling', startedAt: now, attempts: 0, isOrdered: false, since: now, alerted: false };
}

/** One basis point is 1/10,000; a sale may go below the bid, a purchase above the ask, rounded against us. */
function limitPrice(side: Side, best: Ticks, basisPoints: number): Ticks {
  return side === 'sell'
    ? Math.max(1, Math.floor((best * (10_000 - basisPoints)) / 10_000))
    : Math.ceil((best * (10_000 + basisPoints)) / 10_000);
}

/** Tells a person once; later steps go on silently. */
function alert(state: ExitState, code: string, message: string): ExitStep {
  if (state.alerted) return { state, commands: [] };
  return { state: { ...state, alerted: true }, commands: [{ type: 'alert', reason: { code, message } }] };
}

function canceling(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number): ExitStep {
  if (facts.liveOrders === 0) {
    return closing(
      plan,
      { ...state, phase: 'closing', since: now - plan.pauseMs, alerted: false },
      facts,
      now,
    );
  }
  const late =
    now - state.startedAt > plan.patienceMs
      ? alert(
          state,
          'EXIT_CANCEL_SLOW',
          `${facts.liveOrders} orders are not cancelled yet; the exit waits for them.`,
        )
      : { state, commands: [] };
  return { state: late.state, commands: [{ type: 'cancel-all' }, ...late.commands] };
}

function closing(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number): ExitStep {
  if (state.isOrdered) {
    if (facts.order !== null && isFinal(facts.order)) {
      return { state: { ...state, isOrdered: false, since: now, alerted: false }, commands: [] };
    }
    // Its outcome is not known: another order could close the same thing twice.
    if (now - state.since <= plan.patienceMs) return { state, commands: [] };
    return alert(
      state,
      'EXIT_ORDER_UNKNOWN',
      'The fate of a closing order is unknown; nothing is sent until it is.',
    );
  }
  const best = plan.side === 'sell' ? facts.bid : facts.ask;
  if (best === null || now - state.since < plan.pauseMs) return { state, commands: [] };
  if (isDust(facts, best, facts.held)) return { state: { ...state, phase: 'flat' }, commands: [] };
  if (facts.available === null) return { state, commands: [] };
  const limits = plan.limitBasisPoints.length;
  const quantity = Math.min(facts.held, facts.available, maxSteps(facts.market));
  if (state.attempts >= limits + plan.marketAttempts || isDust(facts, best, quantity)) {
    return shortOf(plan, state, facts, now, quantity);
  }
  const attempt = state.attempts + 1;
  const points = plan.limitBasisPoints[attempt - 1];
  const price = points === undefined ? null : limitPrice(plan.side, best, points);
  return {
    state: { ...state, attempts: attempt, isOrdered: true, since: now },
    commands: [{ type: 'close', attempt, side: plan.side, price, quantity }],
  };
}

function isDust(facts: ExitFacts, price: Ticks, quantity: Steps): boolean {
  const refusal = sizeRefusal(facts.market, price, quantity);
  return refusal === 'BELOW_MIN_QUANTITY' || refusal === 'BELOW_MIN_NOTIONAL';
}

/** Something is left that no further order can or may close. What is missing may still come free for a while. */
function shortOf(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number, quantity: Steps): ExitStep {
  const usedUp = state.attempts >= plan.limitBasisPoints.length + plan.marketAttempts;
  if (!usedUp && now - state.since <= plan.patienceMs) return { state, commands: [] };
  const cause = usedUp
    ? `${state.attempts} orders did not close it`
    : `the account has only ${quantity} steps of it that can be traded`;
  const message = `${facts.held} steps of ${facts.market.stepSize} are left: ${cause}.`;
  const told = alert({ ...state, alerted: false }, 'EXIT_NOT_FLAT', message);
  return { state: { ...told.state, phase: 'failed' }, commands: told.commands };
}

/**
 * The next step out: cancels until every cancel holds, closes what is really there (limit orders that give way, then
 * market orders), checks that nothing is left, and says so when something is. Pure; call it with every change of the
 * facts and at least once a second. At most one closing order is ever under way.
 */
export function stepExit(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number): ExitStep {
  switch (state.phase) {
    case 'canceling':
      return canceling(plan, state, facts, now);
    case 'closing':
      return closing(plan, state, facts, now);
    case 'flat':
    case 'failed':
      return { state, commands: [] };
  }
}
