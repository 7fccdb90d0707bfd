import { type Decimal, dec } from '../../numbers/decimal.js';
import type { PositionSide, Side, SlotKey } from '../../order/order.js';
import type { LegContext, PlanContext } from '../kind.js';
import type { LadderGridParams } from './params.js';

/** Everything about a ladder that does not change while a revision is in force. */
export interface Ladder {
  params: LadderGridParams;
  leg: LegContext;
  /** Slots that open positions: 1..N long, −1..−N short; nearest to the market first. */
  slots: readonly number[];
  /** The same as a set. */
  own: ReadonlySet<number>;
  /** What a side's opening orders and positions together never exceed. */
  limit: number;
}

/** The only leg of a ladder. @throws RangeError when the strategy has none. */
export function onlyLeg(context: PlanContext): LegContext {
  const leg = context.legs[0];
  if (leg === undefined) throw new RangeError('a ladder grid needs one leg');
  return leg;
}

const ladders = new WeakMap<PlanContext, Ladder>();

/** Computed once per context: contexts are immutable and live as long as their revision. */
export function ladderOf(params: LadderGridParams, context: PlanContext): Ladder {
  const known = ladders.get(context);
  if (known?.params === params) return known;
  const numbers = Array.from({ length: params.levels }, (_, i) => i + 1);
  const long = params.side === 'short' ? [] : numbers;
  const short = params.side === 'long' ? [] : numbers.map((i) => -i);
  const ladder = {
    params,
    leg: onlyLeg(context),
    slots: [...long, ...short],
    own: new Set([...long, ...short]),
    limit: Math.min(params.levels, params.maxPositions ?? params.levels),
  };
  ladders.set(context, ladder);
  return ladder;
}

export function isLong(slot: number): boolean {
  return slot > 0;
}

export function openSide(slot: number): Side {
  return isLong(slot) ? 'buy' : 'sell';
}

export function closeSide(slot: number): Side {
  return isLong(slot) ? 'sell' : 'buy';
}

function isHedged(params: LadderGridParams): boolean {
  return params.side === 'both' || params.positionMode === 'hedge';
}

function positionSide(ladder: Ladder, slot: number): PositionSide {
  if (ladder.leg.market.type === 'spot' || !isHedged(ladder.params)) return 'net';
  return isLong(slot) ? 'long' : 'short';
}

export function keyOf(ladder: Ladder, slot: number): SlotKey {
  return {
    leg: ladder.leg.leg,
    market: ladder.leg.market.symbol,
    positionSide: positionSide(ladder, slot),
    slot,
  };
}

/** Closing orders say so in one-way mode; in hedge mode the position side does, and venues refuse both together. */
export function isReduceOnly(ladder: Ladder, slot: number): boolean {
  return ladder.leg.market.type === 'linear' && positionSide(ladder, slot) === 'net';
}

/** 1 + percent/100, exact. */
export function plusPercent(percent: Decimal): Decimal {
  return dec('1').plus(percent.div(100));
}
