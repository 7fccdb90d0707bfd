import type { Steps, Ticks } from '@gridfleet/shared/domain';
import { quantityUnits, quoteUnits } from '../venue/rules.js';
import { ONE, type Units } from '../venue/units.js';
import type { FuturesRules } from './rules.js';

export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

/** One account's position in one contract; one-way mode keeps it under `BOTH`, hedge mode one a side. */
export interface Position {
  readonly rules: FuturesRules;
  readonly side: PositionSide;
  /** Signed: above zero is long. */
  steps: Steps;
  /** What the open steps were entered for, quote, never negative: their exact Σ price × quantity. */
  cost: Units;
  /** Margin set aside for it in isolated mode. */
  isolatedWallet: Units;
  /** Realised since the position was first opened, before fees. */
  realised: Units;
  updateTime: number;
}

/** What one trade did to a position. */
export interface PositionChange {
  /** Steps taken off and added. */
  closed: Steps;
  opened: Steps;
  /** Entry value of the closed part and of the opened part. */
  costClosed: Units;
  costOpened: Units;
  realised: Units;
}

export function emptyPosition(rules: FuturesRules, side: PositionSide): Position {
  return { rules, side, steps: 0, cost: 0n, isolatedWallet: 0n, realised: 0n, updateTime: 0 };
}

/** 1 for long, -1 for short, 0 when flat. */
export function direction(position: Pick<Position, 'steps'>): 1 | 0 | -1 {
  return position.steps > 0 ? 1 : position.steps < 0 ? -1 : 0;
}

/**
 * The effect of trading `signed` steps (above zero: bought) at a price. A trade against the position closes it first;
 * what is left opens the other direction. Entry value is released in proportion, cut to 8 decimals, so that nothing is
 * lost: the last close releases all of the rest.
 */
export function changeOf(
  position: Pick<Position, 'rules' | 'steps' | 'cost'>,
  signed: Steps,
  price: Ticks,
): PositionChange {
  const { rules, steps, cost } = position;
  const size = Math.abs(steps);
  const against = steps !== 0 && Math.sign(steps) !== Math.sign(signed);
  const closed = against ? Math.min(size, Math.abs(signed)) : 0;
  const opened = Math.abs(signed) - closed;
  const costClosed = closed === size ? cost : (cost * BigInt(closed)) / BigInt(size);
  const value = quoteUnits(rules, price, closed);
  const realised = closed === 0 ? 0n : steps > 0 ? value - costClosed : costClosed - value;
  return {
    closed,
    opened,
    costClosed: closed === 0 ? 0n : costClosed,
    costOpened: quoteUnits(rules, price, opened),
    realised,
  };
}

/** Average entry price, half up to 8 decimals; 0 when flat. For display: money is counted with `cost`. */
export function entryPrice(position: Pick<Position, 'rules' | 'steps' | 'cost'>): Units {
  const size = quantityUnits(position.rules, Math.abs(position.steps));
  return size === 0n ? 0n : (2n * position.cost * ONE + size) / (2n * size);
}

/** Size × price in quote, cut to 8 decimals. */
export function notionalAt(position: Pick<Position, 'rules' | 'steps'>, price: Units): Units {
  return (quantityUnits(position.rules, Math.abs(position.steps)) * price) / ONE;
}

/** Profit or loss of the open steps at a price. */
export function unrealised(position: Pick<Position, 'rules' | 'steps' | 'cost'>, price: Units): Units {
  const gain = notionalAt(position, price) - position.cost;
  return position.steps >= 0 ? gain : -gain;
}
