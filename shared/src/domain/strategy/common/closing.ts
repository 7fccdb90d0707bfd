import { DEFAULT_EXIT, startExit, stepExit, type ExitState } from '../../exit/exit.js';
import { Decimal, dec, type DecimalString } from '../../numbers/decimal.js';
import { ticksToPrice, toSteps, type Steps, type Ticks } from '../../market/market.js';
import type { Side } from '../../order/order.js';
import type { Command, OrderUpdate, Reason, StrategyEvent } from '../events.js';
import type { LegContext } from '../kind.js';
import { failureOf } from './order-faults.js';
import type { SlotOrder, Waiting } from './slot-order.js';

/** What a look at the account has said, ms and amounts the strategy may use; null where nothing limits it. */
export interface AccountSight {
  at: number;
  base: DecimalString | null;
  quote: DecimalString | null;
  position: DecimalString | null;
}

export function sightOf(event: Extract<StrategyEvent, { type: 'account' }>): AccountSight {
  const { at, base, quote, position } = event;
  return { at, base, quote, position };
}

/** A place whose orders close something. */
export interface ClosingPlace {
  order: SlotOrder | null;
  waiting: Waiting | null;
  exit: ExitState | null;
}

/** What is to be closed, and what is known about it. */
export interface ClosingScene {
  leg: LegContext;
  side: Side;
  held: Steps;
  /** Other orders that may hold it. */
  liveOrders: number;
  quote: { bid: Ticks; ask: Ticks } | null;
  sight: AccountSight | null;
  now: number;
}

export interface ClosingStep {
  exit: ExitState;
  /** The order to place now; price null is a market order. */
  close: { price: Ticks | null; quantity: Steps } | null;
  commands: Command[];
}

/** Room for the last limit order's price and the fee, so that a purchase is not refused for lack of funds. */
const WORST_PRICE = new Decimal('1.01');

/** What an exit has to trade with by the newest look; null where nothing limits it, or nobody has looked. */
export function affordable({
  leg,
  side,
  quote,
  sight,
}: Pick<ClosingScene, 'leg' | 'side' | 'quote' | 'sight'>): Steps | null {
  const { market, takerRate } = leg;
  if (sight === null) return null;
  if (side === 'sell')
    return sight.base === null ? null : toSteps(market, Decimal.max(0, sight.base), 'down');
  if (sight.quote === null || quote === null) return null;
  const price = ticksToPrice(market, quote.ask).times(WORST_PRICE).times(dec(takerRate).plus(1));
  return toSteps(market, Decimal.max(0, sight.quote).div(price), 'down');
}

/** The next step of an exit that closes through one place for orders; the same for every kind. */
export function stepClosing(place: ClosingPlace, scene: ClosingScene): ClosingStep {
  const { leg, side, quote, sight, now } = scene;
  const { market } = leg;
  const { waiting } = place;
  const exit = place.exit ?? startExit(now);
  const step = stepExit(
    { ...DEFAULT_EXIT, side },
    exit,
    {
      market,
      liveOrders: scene.liveOrders,
      held: scene.held,
      sight:
        sight === null
          ? null
          : {
              at: sight.at,
              available: affordable(scene),
              position: sight.position === null ? null : toSteps(market, dec(sight.position).abs(), 'down'),
            },
      bid: quote?.bid ?? null,
      ask: quote?.ask ?? null,
      order: place.order !== null ? 'live' : waiting !== null ? 'refused' : 'over',
      refusal: waiting?.retryAt == null ? null : { message: waiting.message, retryAt: waiting.retryAt },
    },
    now,
  );
  let close: ClosingStep['close'] = null;
  const commands: Command[] = [];
  for (const command of step.commands) {
    if (command.type === 'close') close = { price: command.price, quantity: command.quantity };
    else if (command.type === 'look') commands.push({ type: 'look', leg: leg.leg });
    else commands.push(command);
  }
  return { exit: isSame(exit, step.state) ? exit : step.state, close, commands };
}

/** A state that did not change keeps its identity, so that it is not stored again. */
function isSame(before: ExitState, after: ExitState): boolean {
  return (Object.keys(after) as (keyof ExitState)[]).every((name) => before[name] === after[name]);
}

/** Why a closing order was refused; that the exchange ended one which could not trade whole is no refusal. */
export function closingFailure(update: OrderUpdate): Reason | null {
  const isRefused = update.state === 'rejected' || update.state === 'never-sent';
  return isRefused ? failureOf(update, true) : null;
}
