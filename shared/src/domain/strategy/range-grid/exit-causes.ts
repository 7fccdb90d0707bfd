import { dec, roundTo, type Decimal } from '../../numbers/decimal.js';
import { ticksToPrice, toTicks, type Ticks } from '../../market/market.js';
import type { Grid } from './context.js';
import { rangeNow } from './layout.js';
import { inventoryOf, middleOf, profitOf } from './profit.js';
import type { Exit, Header, Quote, RangeGridState } from './state.js';
import { followsBeyond } from './trailing.js';

const HOUR_MS = 3_600_000;

/** Prices that end the strategy, ticks: at or below `lower`, at or above `upper`. */
export interface ExitPrices {
  lower: Ticks | null;
  upper: Ticks | null;
}

/** Stop-loss and take-profit by side; a short loses where a long earns. */
export function exitPrices(grid: Pick<Grid, 'params' | 'leg'>): ExitPrices {
  const { exits, direction } = grid.params;
  const ticks = (price: string | undefined, rounding: 'down' | 'up'): Ticks | null =>
    price === undefined ? null : toTicks(grid.leg.market, price, rounding);
  return direction === 'short'
    ? { lower: ticks(exits?.takeProfit, 'down'), upper: ticks(exits?.stopLoss, 'up') }
    : { lower: ticks(exits?.stopLoss, 'down'), upper: ticks(exits?.takeProfit, 'up') };
}

/** The price a trailing stop ends at, ticks; null when there is none yet. */
export function trailingStop(grid: Grid, header: Header): Decimal | null {
  const percent = grid.params.exits?.trailingStopPercent;
  if (percent === undefined || header.best === null) return null;
  const distance = dec(percent).div(100);
  return dec(String(header.best)).times(
    grid.params.direction === 'short' ? distance.plus(1) : distance.neg().plus(1),
  );
}

/** The header with the best price since the start, which only a trailing stop needs. */
export function withBest(grid: Grid, header: Header, quote: Quote): Header {
  if (grid.params.exits?.trailingStopPercent === undefined) return header;
  if (grid.params.direction === 'short')
    return header.best !== null && header.best <= quote.ask ? header : { ...header, best: quote.ask };
  return header.best !== null && header.best >= quote.bid ? header : { ...header, best: quote.bid };
}

/** When the time limit ends the strategy, ms; null without one. */
export function timeLimit(grid: Grid, header: Header): number | null {
  const hours = grid.params.exits?.timeLimitHours;
  if (hours === undefined || header.startedAt === null) return null;
  return header.startedAt + dec(hours).times(HOUR_MS).ceil().toNumber();
}

/** Total profit at which the strategy ends, quote; null without a target. */
export function profitTarget(grid: Grid, header: Header): Decimal | null {
  const { exits } = grid.params;
  const targets = [
    exits?.profitTarget === undefined ? null : dec(exits.profitTarget),
    exits?.profitTargetPercent === undefined
      ? null
      : dec(exits.profitTargetPercent).div(100).times(header.investment),
  ].filter((target) => target !== null);
  const [first] = targets.sort((a, b) => a.comparedTo(b));
  return first === undefined ? null : dec(header.profitBefore).plus(first);
}

function cause(grid: Grid, code: string, message: string): Exit {
  return { code, message, stop: grid.params.exits?.stop ?? 'sell', outcome: null };
}

function priceCause(grid: Grid, header: Header, quote: Quote): Exit | null {
  const { lower, upper } = exitPrices(grid);
  const isShort = grid.params.direction === 'short';
  const price = (ticks: Ticks): string => ticksToPrice(grid.leg.market, ticks).toFixed();
  if (lower !== null && quote.bid <= lower) {
    const code = isShort ? 'TAKE_PROFIT' : 'STOP_LOSS';
    return cause(grid, code, `The price fell to ${price(quote.bid)}, at or below ${price(lower)}.`);
  }
  if (upper !== null && quote.ask >= upper) {
    const code = isShort ? 'STOP_LOSS' : 'TAKE_PROFIT';
    return cause(grid, code, `The price rose to ${price(quote.ask)}, at or above ${price(upper)}.`);
  }
  const stop = trailingStop(grid, header);
  if (stop !== null && (isShort ? stop.lte(quote.ask) : stop.gte(quote.bid))) {
    return cause(grid, 'TRAILING_STOP', `The price came back from its best, ${price(header.best ?? 0)}.`);
  }
  return null;
}

function rangeCause(grid: Grid, state: RangeGridState): Exit | null {
  const policy = grid.params.outOfRange;
  if (policy === 'hold') return null;
  const range = rangeNow(grid, state);
  if (range === null || range === 'in-range') return null;
  if (followsBeyond(grid, state.slots, range === 'above-range' ? 'up' : 'down')) return null;
  return {
    code: 'OUT_OF_RANGE',
    message: `The price has left the range (${range}).`,
    stop: policy === 'sell' ? 'sell' : 'cancel',
    outcome: null,
  };
}

/** Why the strategy ends now, null when it goes on. */
export function exitCause(grid: Grid, state: RangeGridState, now: number): Exit | null {
  const { header, quote } = state;
  const until = timeLimit(grid, header);
  if (until !== null && now >= until) return cause(grid, 'TIME_LIMIT', 'The time limit has passed.');
  if (quote === null) return null;
  const found = priceCause(grid, header, quote) ?? rangeCause(grid, state);
  if (found !== null) return found;
  const target = profitTarget(grid, header);
  if (target === null) return null;
  const profit = dec(profitOf(state, inventoryOf(grid, state), middleOf(grid, quote)).total);
  if (profit.lt(target)) return null;
  const gained = roundTo(profit.minus(header.profitBefore), 8).toFixed();
  return cause(grid, 'PROFIT_TARGET', `The total profit has reached ${gained}.`);
}
