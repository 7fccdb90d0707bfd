import { dec, sum, type Decimal } from '../numbers/decimal.js';
import type { Plan, Refusal } from '../strategy/plan.js';
import { at, type Candles } from './candles.js';
import { walkCandles } from './candle-walk.js';
import type { FillModel } from './fill-model.js';
import { runPlainGrid } from './plain-run.js';
import { PriceScale } from './price-scale.js';
import { figuresOf, reportOf, type ReportInput, type RunFigures } from './report.js';
import type { BacktestResult } from './result.js';
import { legAt, type BacktestSetup, type Run } from './setup.js';
import type { StartFunds } from './books.js';
import type { TickEvent } from './tick-file.js';
import { LATENCY_MS, type ArrivalOf } from './tick-queue.js';
import { walkTicks } from './tick-walk.js';
import type { LegContext } from '../strategy/kind.js';

export interface BacktestOptions {
  fillModel: FillModel;
  /**
   * `auto` (default) takes the fast path where it gives the machine's fills; `machine` always walks event by event;
   * `every-event` passes over nothing, not even what the machine says it need not see. All give the same fills.
   */
  engine?: 'auto' | 'machine' | 'every-event';
  /** Most points of the equity series, default 300; 0 leaves it out. */
  seriesPoints?: number;
  /** Whether the result lists every fill, default true. */
  listFills?: boolean;
}

type TickOptions = Pick<BacktestOptions, 'seriesPoints' | 'listFills'> & {
  /** How long every order takes to the exchange, ms; 50 when absent. */
  latencyMs?: number;
  /** When each order reaches the exchange, in place of that. */
  arrivalOf?: ArrivalOf;
};

const DEFAULT_POINTS = 300;

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
  const { fillModel, engine = 'auto' } = options;
  const fast = engine === 'auto' ? runPlainGrid(setup, candles, fillModel) : null;
  return fast ?? walkCandles(setup, candles, fillModel, engine === 'every-event');
}

/** The plan at the start, if it may be tested. @throws BacktestRefused when it may not */
function gate(setup: BacktestSetup, leg: LegContext): Plan {
  const plan = setup.strategy.plan({ legs: [leg] });
  const fatal = plan.refusals.filter(({ code }) => !WARNINGS.has(code));
  if (fatal.length > 0) throw new BacktestRefused(fatal);
  return plan;
}

/** The gate at P0, the close of the first candle. */
function gateAtClose(setup: BacktestSetup, candles: Candles): Plan {
  const scale = new PriceScale(setup.market, candles.places);
  return gate(setup, legAt(setup, scale.ticksBelow(at(candles.close, 0))));
}

function fundsOf(setup: BacktestSetup, plan: Plan): StartFunds {
  const { base, quote } = setup.market;
  return {
    quote: dec(setup.balance.quote ?? required(plan, quote)),
    base: dec(setup.balance.base ?? required(plan, base)),
  };
}

/**
 * The figures of `runBacktest` without its lists and series, for runs by the thousand.
 * @throws BacktestRefused when the plan is refused at P0
 */
export function runFigures(setup: BacktestSetup, candles: Candles, fillModel: FillModel): RunFigures {
  const plan = gateAtClose(setup, candles);
  const run = simulate(setup, candles, { fillModel });
  return figuresOf({ setup, funds: fundsOf(setup, plan), candles, run });
}

/**
 * A strategy's run over candles: P0 is the close of the first, trading begins with the second.
 * @throws BacktestRefused when the plan is refused at P0
 */
export function candleTest(setup: BacktestSetup, candles: Candles, options: BacktestOptions): ReportInput {
  const plan = gateAtClose(setup, candles);
  return {
    setup,
    funds: fundsOf(setup, plan),
    plan,
    candles,
    run: simulate(setup, candles, options),
    fillModel: options.fillModel,
    seriesPoints: options.seriesPoints ?? DEFAULT_POINTS,
    listFills: options.listFills ?? true,
  };
}

const afterLatency =
  (latencyMs: number): ArrivalOf =>
  (_order, now) =>
    now + latencyMs;

/**
 * Tests a strategy over recorded quotes and trades, with the matching core's queues for a fill model. Equity is marked
 * at the middle of the quotes; `candles` in the result counts quotes and trades. Orders reach the
 * exchange when `arrivalOf` says, by default after `latencyMs`.
 * @throws BacktestRefused when the plan is refused at the first quote
 */
export function tickTest(
  setup: BacktestSetup,
  events: readonly TickEvent[],
  options: TickOptions = {},
): ReportInput {
  const start = events.find((event) => event.kind === 'quote');
  if (start === undefined) throw new RangeError('a backtest over ticks needs a quote');
  const plan = gate(setup, legAt(setup, start.bid, start.ask));
  const { run, marks } = walkTicks(
    setup,
    events,
    options.arrivalOf ?? afterLatency(options.latencyMs ?? LATENCY_MS),
  );
  return {
    setup,
    funds: fundsOf(setup, plan),
    plan,
    candles: marks,
    run,
    fillModel: 'ticks',
    seriesPoints: options.seriesPoints ?? DEFAULT_POINTS,
    listFills: options.listFills ?? true,
  };
}

/** The report of `candleTest`. @throws BacktestRefused when the plan is refused at P0 */
export function runBacktest(
  setup: BacktestSetup,
  candles: Candles,
  options: BacktestOptions,
): BacktestResult {
  return reportOf(candleTest(setup, candles, options));
}

/** The report of `tickTest`. @throws BacktestRefused when the plan is refused at the first quote */
export function runTickBacktest(
  setup: BacktestSetup,
  events: readonly TickEvent[],
  options: TickOptions = {},
): BacktestResult {
  return reportOf(tickTest(setup, events, options));
}
