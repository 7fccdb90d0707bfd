import { Type } from 'typebox';
import type { LegContext } from '../kind.js';
import type { Refusal } from '../plan.js';

/** The parameter by which somebody says that a position on a contract may be left without a stop. */
export const AllowUnprotected = Type.Optional(
  Type.Boolean({
    title: 'Trade without a stop-loss',
    description:
      'Contracts only. Nobody closes the position at a loss before the exchange liquidates it: the whole margin can be lost.',
  }),
);

/** What a kind's params say of a position that goes against the strategy. */
export interface Protection {
  /** Whether the strategy closes it by itself. */
  hasStop: boolean;
  /** Whether somebody has said that it may be left open. */
  isWaived: boolean;
  /** Parameter that would give it a stop, else the one that waives it. */
  field: string;
  /** What to set, as the end of a sentence. */
  remedy: string;
}

/**
 * A contract can lose more than was put in and is closed by the exchange when its margin is used up: a plan without a
 * stop is refused there unless it says that this is meant. On spot nothing is asked for.
 */
export function protectionRefusals(
  { market }: LegContext,
  { hasStop, isWaived, field, remedy }: Protection,
): Refusal[] {
  if (market.type === 'spot' || hasStop || isWaived) return [];
  const message = `Nothing closes the position on ${market.symbol} at a loss: ${remedy}`;
  return [{ code: 'STOP_LOSS_MISSING', field, message }];
}
