import type { Ticks } from '@gridfleet/shared/domain';
import { quantityUnits } from '../venue/rules.js';
import { ONE, timesRate, type Units } from '../venue/units.js';
import { direction, notionalAt, type Position } from './position.js';
import type { Bracket, FuturesRules } from './rules.js';

/** The bracket that a notional amount falls into; the last one above all caps. @throws Error without brackets. */
export function bracketOf(rules: FuturesRules, notional: Units): Bracket {
  const found =
    rules.brackets.find(({ cap }) => notional <= cap) ?? rules.brackets[rules.brackets.length - 1];
  if (!found) throw new Error(`${rules.symbol} has no leverage brackets`);
  return found;
}

/** Largest leverage a contract offers. */
export function maxLeverage(rules: FuturesRules): number {
  return rules.brackets[0]?.maxLeverage ?? 1;
}

/** Largest position that a leverage allows, notional. */
export function maxNotional(rules: FuturesRules, leverage: number): Units {
  return rules.brackets.findLast((bracket) => bracket.maxLeverage >= leverage)?.cap ?? 0n;
}

/** Notional ÷ leverage, rounded up: margin is never asked for too little. */
export function initialMargin(notional: Units, leverage: number): Units {
  const divisor = BigInt(leverage);
  return (notional + divisor - 1n) / divisor;
}

/** Notional × rate − cum of its bracket. */
export function maintenanceMargin(rules: FuturesRules, notional: Units): Units {
  const bracket = bracketOf(rules, notional);
  return timesRate(notional, bracket.maintenanceRate) - bracket.cum;
}

/**
 * The mark price at which `margin` plus the position's profit equals its maintenance margin, in units; 0 when no price
 * above zero does. With w = margin, c = entry value, q = size, d = ±1: (d·c − w − cum) / (q·(d − rate)).
 */
export function liquidationPrice(position: Position, margin: Units): Units {
  const sign = direction(position);
  if (sign === 0) return 0n;
  const { rules } = position;
  const size = quantityUnits(rules, Math.abs(position.steps));
  const signed = BigInt(sign);
  let price = 0n;
  // The price lies in the bracket of the notional it makes; without a match the last bracket decides.
  for (const bracket of rules.brackets) {
    const numerator = (signed * position.cost - margin - bracket.cum) * ONE * ONE;
    const denominator = size * (signed * ONE - bracket.maintenanceRate);
    price = numerator / denominator;
    if (price <= 0n) return 0n;
    const notional = notionalAt(position, price);
    if (notional > bracket.floor && notional <= bracket.cap) break;
  }
  return price;
}

/**
 * The price that leaves nothing of `margin`, in whole ticks rounded to the account's side, so that it never ends below
 * zero; at least one tick.
 */
export function bankruptcyTicks(position: Position, margin: Units): Ticks {
  const { rules } = position;
  const sign = BigInt(direction(position));
  const value = position.cost - sign * margin;
  const perTick = BigInt(Math.abs(position.steps)) * rules.quoteUnit;
  const ticks = sign > 0n ? ceilDivide(value, perTick) : value / perTick;
  return Math.max(1, Number(ticks));
}

function ceilDivide(value: Units, by: Units): Units {
  return value <= 0n ? value / by : (value + by - 1n) / by;
}
