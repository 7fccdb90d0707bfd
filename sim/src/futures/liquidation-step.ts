import type { Steps, Ticks } from '@gridfleet/shared/domain';
import { priceUnits, quoteUnits } from '../venue/rules.js';
import { timesRate, toUnits, type Units } from '../venue/units.js';
import { bankruptcyTicks, bracketOf } from './margin.js';
import { direction, notionalAt, unrealised, type Position } from './position.js';

/** The exchange's fee on what it liquidates, a fraction of the notional; approximate, contracts differ a little. */
export const LIQUIDATION_FEE = toUnits('0.0125');
/** What cutting entry value and margin to whole units may cost, so that a fee never takes a wallet below zero. */
const ROUNDING = 2n;

/** What a liquidation order closes. */
export interface LiquidationStep {
  price: Ticks;
  quantity: Steps;
  fee: Units;
}

/** Steps over the size at which the next smaller leverage bracket begins; all of them in the smallest bracket. */
function surplus(position: Position, mark: Units): Steps {
  const { rules, steps } = position;
  const size = Math.abs(steps);
  const notional = notionalAt(position, mark);
  const { floor } = bracketOf(rules, notional);
  const kept = Number((floor * BigInt(size)) / notional);
  return Math.max(1, size - kept);
}

/** The mark price in whole ticks, rounded to the account's side, at least one. */
function markTicks(position: Position, mark: Units): Ticks {
  const { tick } = position.rules;
  const ticks = direction(position) > 0 ? (mark + tick - 1n) / tick : mark / tick;
  return Math.max(1, Number(ticks));
}

/**
 * The next step of a position's liquidation.
 * @param margin what stands behind it, without its own profit
 */
export function liquidationStep(position: Position, margin: Units, mark: Units): LiquidationStep {
  const { rules, steps } = position;
  const size = Math.abs(steps);
  const left = margin + unrealised(position, mark);
  if (left <= 0n || mark < priceUnits(rules, 1))
    return { price: bankruptcyTicks(position, margin), quantity: size, fee: 0n };
  const quantity = surplus(position, mark);
  const price = markTicks(position, mark);
  const share = (left * BigInt(quantity)) / BigInt(size) - ROUNDING;
  const wanted = timesRate(quoteUnits(rules, price, quantity), LIQUIDATION_FEE);
  return { price, quantity, fee: share < 0n ? 0n : share < wanted ? share : wanted };
}
