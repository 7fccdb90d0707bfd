import { dec, sum, type Decimal } from '../numbers/decimal.js';
import type { Plan, Refusal } from '../strategy/plan.js';
import { at, type Candles } from './candles.js';
import { walkCandles } from './candle-walk.js';
import type { FillModel } from './fill-model.js';
import { runPlainGrid } from './plain-run.js';
import { PriceScale } from './price-scale.js';
import { reportOf } from './report.js';
import type { BacktestResult } from './result.js';
import { legAt, type BacktestSetup, type Run } from './setup.js';

export interface BacktestOptions {
  fillModel: FillModel;
  /** `auto` (default) takes the fast path where it gives the machine's fills; `machine` always walks event by event. */
  engine?: 'auto' | 'machine';
  /** Most points of the equity series, default 500; 0 leaves it out. */
  seriesPoints?: number;
  /** Whether the result lists every fill, default true. */
  listFills?: boolean;
}

const DEFAULT_POINTS = 500;

/** Refusals that say a grid is unwise or that a venue has a limit, but leave a run that can be computed. */
const WARNINGS: ReadonlySet<string> = new Set(['CYCLE_NOT_PROFITABLE', 'TOO_MANY_ORDERS']);

/** The strategy cannot be tested like this; `refusals` are the plan's. */
export class BacktestRefused extends Error {
  constructor(readonly refusals: readonly Refusal[]) {
    super(
      refusals
        .map(({ code, field, message }) => `${field === undefined ? '' : `${field}: `}${message} (${code})`)
        .join('\n'),
    );
    this.name = 'BacktestRefused';
  }
}

function required(plan: Plan, asset: string): Decimal {
  return sum(plan.requirements.filter((need) => need.asset === asset).map((need) => need.amount));
}

/** The fills of a strategy over candles, without its plan's gate and without a report. */
export function simulate(
  setup: BacktestSetup,
  candles: Candles,
  options: Pick<BacktestOptions, 'fillModel' | 'engine'>,
): Run {
  const fast = options.engine === 'machine' ? null : runPlainGrid(setup, candles, options.fillModel);
  return fast ?? walkCandles(setup, candles, options.fillModel);
}

/**
 * Tests a strategy over candles: P0 is the close of the first, trading begins with the second.
 * @throws BacktestRefused when the plan is refused at P0
 */
export function runBacktest(
  setup: BacktestSetup,
  candles: Candles,
  options: BacktestOptions,
): BacktestResult {
  const scale = new PriceScale(setup.market, candles.places);
  const plan = setup.strategy.plan({ legs: [legAt(setup, scale.ticksBelow(at(candles.close, 0)))] });
  const fatal = plan.refusals.filter(({ code }) => !WARNINGS.has(code));
  if (fatal.length > 0) throw new BacktestRefused(fatal);
  const run = simulate(setup, candles, options);
  const { base, quote } = setup.market;
  const funds = {
    quote: dec(setup.balance.quote ?? required(plan, quote)),
    base: dec(setup.balance.base ?? required(plan, base)),
  };
  return reportOf({
    setup,
    funds,
    plan,
    candles,
    run,
    fillModel: options.fillModel,
    seriesPoints: options.seriesPoints ?? DEFAULT_POINTS,
    listFills: options.listFills ?? true,
  });
}
