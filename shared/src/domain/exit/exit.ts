import { Type, type Static } from 'typebox';
import { sizeRefusal, maxSteps, type Market, type Steps, type Ticks } from '../market/market.js';
import type { Side } from '../order/order.js';
import type { Reason } from '../strategy/events.js';

/** How an exit tries to get out. Times are ms. */
export interface ExitPlan {
  /** Side of the closing orders: `sell` for a holding or a long, `buy` for a short. */
  side: Side;
  /**
   * How far beyond the best quote each limit order may trade, in basis points; one IOC order each. After the last one
   * market orders follow.
   */
  limitBasisPoints: readonly number[];
  /** Pause after an order, so that balances and book have settled; doubled with each market order, up to the second. */
  pauseMs: number;
  maxPauseMs: number;
  /** An exit that is not over after this long is told to a person, once; it goes on. */
  deadlineMs: number;
}

export const DEFAULT_EXIT: Omit<ExitPlan, 'side'> = {
  limitBasisPoints: [0, 20, 50],
  pauseMs: 500,
  maxPauseMs: 30_000,
  deadlineMs: 30_000,
};

/** JSON; stored with whatever owns the exit, so that another node goes on with it. */
export const ExitState = Type.Object({
  /**
   * - `canceling`: orders of the strategy may still hold what is to be closed
   * - `closing`: one closing order at a time
   * - `verifying`: by the books nothing is left; the venue is asked whether it agrees
   * - `flat`: it does; what is left is too small for an order
   */
  phase: Type.Union([
    Type.Literal('canceling'),
    Type.Literal('closing'),
    Type.Literal('verifying'),
    Type.Literal('flat'),
  ]),
  /** Ms. */
  startedAt: Type.Integer(),
  /** Orders that were let out, and looks that found nothing to sell: how far the exit has given way. */
  attempts: Type.Integer(),
  /** Whether the closing order is not over yet. */
  isOrdered: Type.Boolean(),
  /** When the last order was asked for or ended, ms: only what was seen since then counts. */
  since: Type.Integer(),
  alerted: Type.Boolean(),
});
export type ExitState = Static<typeof ExitState>;

/** What one complete look at the venue said. */
export interface ExitSight {
  /** When the look began, ms. */
  at: number;
  /** What the account can close beside what others have reserved; null where nothing limits it. */
  available: Steps | null;
  /** What the venue says is still to be closed, where it says so (positions of perpetuals); null on spot. */
  position: Steps | null;
}

/** What is so now, as the books and the venue say. An exit acts on this alone, so asking twice does no harm. */
export interface ExitFacts {
  market: Market;
  /** Other orders of what is being closed that are not final. */
  liveOrders: number;
  /** What is to be closed, by the books. */
  held: Steps;
  /** The newest look, null when none has been made since the node began. */
  sight: ExitSight | null;
  /** Best quotes, null when there are none now. */
  bid: Ticks | null;
  ask: Ticks | null;
  /** How the closing order stands: it lives, the exchange ended it, or it was refused and never traded. */
  order: 'live' | 'over' | 'refused';
  /** Why and until when (ms) a refused order is not sent again; null when it may be. */
  refusal: { message: string; retryAt: number } | null;
}

export type ExitCommand =
  /** Look at the venue: orders, trades and balances. Said again until a look has been made. */
  | { type: 'look' }
  /** Close with one order. `price` null: market. Limit orders are IOC, so nothing is left resting. */
  | { type: 'close'; side: Side; price: Ticks | null; quantity: Steps }
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

/** Nothing can be done now; after the deadline a person is told why. Once. */
function wait(
  plan: ExitPlan,
  state: ExitState,
  now: number,
  why: string,
  commands: ExitCommand[] = [],
): ExitStep {
  if (state.alerted || now - state.startedAt < plan.deadlineMs) return { state, commands };
  const seconds = Math.round((now - state.startedAt) / 1_000);
  const reason = {
    code: 'EXIT_NOT_FLAT',
    message: `Not closed after ${seconds} s: ${why}. It goes on trying.`,
  };
  return { state: { ...state, alerted: true }, commands: [...commands, { type: 'alert', reason }] };
}

function isDust(market: Market, price: Ticks, quantity: Steps): boolean {
  const refusal = sizeRefusal(market, price, quantity);
  return refusal === 'BELOW_MIN_QUANTITY' || refusal === 'BELOW_MIN_NOTIONAL';
}

function pauseOf(plan: ExitPlan, attempts: number): number {
  const beyond = attempts - plan.limitBasisPoints.length;
  return Math.min(plan.maxPauseMs, plan.pauseMs * 2 ** Math.max(0, Math.min(beyond, 16)));
}

/** A look that began after the last order was over, null when there is none yet. */
function sightOf(state: ExitState, facts: ExitFacts): ExitSight | null {
  return facts.sight !== null && facts.sight.at >= state.since ? facts.sight : null;
}

function closing(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number): ExitStep {
  if (state.isOrdered) {
    // While its fate is unknown another order could close the same thing twice.
    if (facts.order === 'live') return wait(plan, state, now, 'the closing order is not over');
    // What was never let out has not been tried.
    const attempts = facts.order === 'refused' ? state.attempts - 1 : state.attempts;
    return closing(plan, { ...state, attempts, isOrdered: false, since: now }, facts, now);
  }
  const { market, held, refusal } = facts;
  const best = plan.side === 'sell' ? facts.bid : facts.ask;
  if (held <= 0 || (best !== null && isDust(market, best, held))) {
    return verifying(plan, { ...state, phase: 'verifying' }, facts, now);
  }
  const sight = sightOf(state, facts);
  if (sight === null) return wait(plan, state, now, 'the account could not be read', [{ type: 'look' }]);
  if (best === null) return wait(plan, state, now, 'the market has no quote');
  if (refusal !== null && now < refusal.retryAt) return wait(plan, state, now, refusal.message);
  const quantity = Math.min(held, sight.available ?? held, maxSteps(market));
  const isShort = isDust(market, best, quantity);
  const why = isShort
    ? `${held} steps of ${market.stepSize} are to be closed and the account has ${quantity} free`
    : `${state.attempts} attempts have not closed it`;
  if (state.attempts > 0 && now - state.since < pauseOf(plan, state.attempts))
    return wait(plan, state, now, why);
  const attempts = state.attempts + 1;
  if (isShort) return wait(plan, { ...state, attempts, since: now }, now, why);
  const points = plan.limitBasisPoints[state.attempts];
  const price = points === undefined ? null : limitPrice(plan.side, best, points);
  return {
    state: { ...state, attempts, isOrdered: true, since: now },
    commands: [{ type: 'close', side: plan.side, price, quantity }],
  };
}

function verifying(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number): ExitStep {
  const { market, held } = facts;
  const best = plan.side === 'sell' ? facts.bid : facts.ask;
  // A trade that came late.
  if (held > 0 && best !== null && !isDust(market, best, held)) {
    return closing(plan, { ...state, phase: 'closing' }, facts, now);
  }
  const sight = sightOf(state, facts);
  if (sight === null) return wait(plan, state, now, 'the account could not be read', [{ type: 'look' }]);
  if (sight.position !== null && sight.position > held) {
    const why = `the exchange still shows a position of ${sight.position} steps of ${market.stepSize}`;
    if (now - state.since < pauseOf(plan, state.attempts)) return wait(plan, state, now, why);
    return wait(plan, { ...state, since: now }, now, why);
  }
  return { state: { ...state, phase: 'flat' }, commands: [] };
}

/**
 * The next step out: waits until every cancel holds, closes what is really there (limit orders that give way, then
 * market orders), has the venue confirm that nothing is left, and says so when that takes too long. It never gives up.
 * Pure; call it with every change of the facts and at least once a second. At most one closing order is ever under way.
 * Whoever owns the exit cancels its own orders.
 */
export function stepExit(plan: ExitPlan, state: ExitState, facts: ExitFacts, now: number): ExitStep {
  if (state.phase === 'flat') return { state, commands: [] };
  if (facts.liveOrders > 0) {
    const back =
      state.phase === 'canceling' || state.isOrdered ? state : { ...state, phase: 'canceling' as const };
    return wait(plan, back, now, `${facts.liveOrders} orders are not cancelled yet`);
  }
  switch (state.phase) {
    case 'canceling':
      return closing(plan, { ...state, phase: 'closing', since: now }, facts, now);
    case 'closing':
      return closing(plan, state, facts, now);
    case 'verifying':
      return verifying(plan, state, facts, now);
  }
}
