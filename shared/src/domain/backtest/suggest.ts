import { Decimal, dec, decStr, type DecimalString } from '../numbers/decimal.js';
import { at, type Candles } from './candles.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Share of the closes that the range leaves out at each end. */
const TAIL = 0.05;
/** Most lines a suggestion has, and fewest. */
const MOST_LEVELS = 200;
const FEWEST_LEVELS = 3;
/** A step earns at least this many times the fees of its cycle. */
const FEE_MARGIN = 3;

/** A range and a step that suit how a market has moved. Prices in quote, percentages as decimal strings. */
export interface Suggestion {
  lower: DecimalString;
  upper: DecimalString;
  levels: number;
  spacing: 'geometric';
  /** Distance of neighbouring levels, % of the price. */
  stepPct: DecimalString;
  /** What was measured. */
  measured: {
    candles: number;
    days: DecimalString;
    lastPrice: DecimalString;
    /** Prices that 5 % of the closes lie below, and above. */
    lowQuantile: DecimalString;
    highQuantile: DecimalString;
    /** Mean true range of one hour (or of one bar where bars are longer), %. */
    hourlyRangePct: DecimalString;
    /** Standard deviation of daily log returns, %; null for fewer than three days. */
    dailyVolatilityPct: DecimalString | null;
    /** Smallest step that pays its fees, %. */
    breakEvenStepPct: DecimalString;
  };
  /** Why, a sentence each. */
  reasons: string[];
}

/** Fewer than two candles, or no movement at all: nothing can be said. */
export class SuggestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SuggestError';
  }
}

/** The price below which a share of the sorted closes lies. */
function quantile(sorted: Float64Array, share: number): number {
  return at(sorted, Math.round((sorted.length - 1) * share));
}

/** Mean over blocks of about an hour of (high − low) / close, jumps since the block before included. */
function hourlyRange({ times, high, low, close }: Candles): number {
  const bars = times.length;
  const barMs = (at(times, bars - 1) - at(times, 0)) / (bars - 1);
  const block = Math.max(1, Math.round(HOUR_MS / barMs));
  let total = 0;
  let blocks = 0;
  for (let start = 0; start < bars; start += block) {
    const end = Math.min(bars, start + block);
    let most = at(start === 0 ? high : close, Math.max(0, start - 1));
    let least = at(start === 0 ? low : close, Math.max(0, start - 1));
    for (let row = start; row < end; row += 1) {
      most = Math.max(most, at(high, row));
      least = Math.min(least, at(low, row));
    }
    total += (most - least) / at(close, end - 1);
    blocks += 1;
  }
  return total / blocks;
}

/** Standard deviation of log returns between midnights UTC; null with fewer than two of them. */
function dailyVolatility({ times, close }: Candles): number | null {
  const closes: number[] = [];
  for (let row = 1; row < times.length; row += 1) {
    const day = Math.floor(at(times, row) / DAY_MS);
    if (day !== Math.floor(at(times, row - 1) / DAY_MS)) closes.push(at(close, row - 1));
  }
  const returns = closes.slice(1).map((value, index) => Math.log(value / (closes[index] ?? value)));
  if (returns.length < 2) return null;
  const mean = returns.reduce((total, value) => total + value, 0) / returns.length;
  const squares = returns.reduce((total, value) => total + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (returns.length - 1));
}

function percent(share: number): DecimalString {
  return (share * 100).toFixed(4);
}

/** What the candles show; prices in whole units of the candles, the others as shares. */
interface Measured {
  last: number;
  lowQuantile: number;
  highQuantile: number;
  swing: number;
  volatility: number | null;
  breakEven: number;
  days: string;
}

function measure(candles: Candles, makerRate: DecimalString): Measured {
  const { times, close } = candles;
  const bars = times.length;
  if (bars < 2) throw new SuggestError('one candle shows no movement; two or more are needed');
  const sorted = Float64Array.from(close).sort();
  const swing = hourlyRange(candles);
  if (!(swing > 0)) throw new SuggestError('the price has not moved in these candles');
  const fee = Number(makerRate);
  return {
    last: at(close, bars - 1),
    lowQuantile: quantile(sorted, TAIL),
    highQuantile: quantile(sorted, 1 - TAIL),
    swing,
    volatility: dailyVolatility(candles),
    breakEven: Math.max(0, (1 + fee) / (1 - fee) - 1),
    days: ((at(times, bars - 1) - at(times, 0)) / DAY_MS).toFixed(2),
  };
}

/** How many lines with geometric steps of `step` fit between two prices, within bounds. */
function levelsBetween(low: Decimal, high: Decimal, step: number): number {
  const cells = Math.floor(Math.log(high.div(low).toNumber()) / Math.log1p(step));
  return Math.min(MOST_LEVELS, Math.max(FEWEST_LEVELS, cells + 1));
}

function reasonsOf(
  measured: Measured,
  grid: Pick<Suggestion, 'lower' | 'upper' | 'levels' | 'stepPct'>,
  text: (price: number) => string,
): string[] {
  const { last, lowQuantile, highQuantile, swing, volatility, breakEven, days } = measured;
  const reasons = [
    `Nine tenths of the closes of these ${days} days lie between ${text(lowQuantile)} and ${text(highQuantile)}: ` +
      'a range much wider leaves money idle, one much narrower is left often.',
  ];
  if (
    dec(grid.upper)
      .div(grid.lower)
      .gt((highQuantile / lowQuantile) * (1 + swing / 4))
  )
    reasons.push(
      `The range is widened so that the last price, ${text(last)}, lies inside with a step to spare.`,
    );
  reasons.push(
    `Within an hour the price swings ${percent(swing)} % on average; a step of half of that is crossed often.`,
  );
  if (breakEven * FEE_MARGIN > swing / 2)
    reasons.push(
      `Fees need a step of ${percent(breakEven)} % to be paid back, so it is ${FEE_MARGIN} times that instead.`,
    );
  reasons.push(`This makes ${grid.levels} levels, ${grid.stepPct} % apart.`);
  if (volatility !== null && volatility > 0) {
    const reach = Math.log(dec(grid.upper).div(grid.lower).toNumber()) / 2;
    const daysInside = Math.max(1, Math.round((reach / volatility) ** 2));
    reasons.push(
      `A day moves the price ${percent(volatility)} % (one standard deviation): wandering like that from the ` +
        `middle, it stays in the range for about ${daysInside} days.`,
    );
  }
  return reasons;
}

/**
 * Suggests a range from where prices have been, and a step from how far they swing within an hour: small enough to be
 * crossed several times a day, large enough to earn three times its fees.
 * @param tickSize the market's price increment
 * @param makerRate fee of one order, a fraction of its notional
 * @throws SuggestError when the candles say nothing, or the tick is too coarse for them
 */
export function suggestGrid(candles: Candles, tickSize: DecimalString, makerRate: DecimalString): Suggestion {
  const measured = measure(candles, makerRate);
  const { last, lowQuantile, highQuantile, swing, breakEven } = measured;
  const unit = new Decimal(10).pow(-candles.places);
  const text = (price: number): string => decStr(unit.times(price));
  const step = Math.max(swing / 2, breakEven * FEE_MARGIN);
  // The last price belongs into the range, with room for a step on either side.
  const ticksOf = (price: number): Decimal => unit.times(price).div(tickSize);
  const lower = ticksOf(Math.min(lowQuantile, last / (1 + step))).floor();
  const upper = ticksOf(Math.max(highQuantile, last * (1 + step))).ceil();
  const levels = lower.lt(1) ? Infinity : levelsBetween(lower, upper, step);
  if (upper.minus(lower).lt(levels))
    throw new SuggestError(`the market's tick ${tickSize} is too coarse for a grid at these prices`);
  const ratio = upper.div(lower).toNumber();
  const grid = {
    lower: decStr(lower.times(tickSize)),
    upper: decStr(upper.times(tickSize)),
    levels,
    spacing: 'geometric' as const,
    stepPct: percent(ratio ** (1 / (levels - 1)) - 1),
  };
  return {
    ...grid,
    measured: {
      candles: candles.times.length,
      days: measured.days,
      lastPrice: text(last),
      lowQuantile: text(lowQuantile),
      highQuantile: text(highQuantile),
      hourlyRangePct: percent(swing),
      dailyVolatilityPct: measured.volatility === null ? null : percent(measured.volatility),
      breakEvenStepPct: percent(breakEven),
    },
    reasons: reasonsOf(measured, grid, text),
  };
}
