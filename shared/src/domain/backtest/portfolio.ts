import { Decimal, sum, ZERO } from '../numbers/decimal.js';
import { at, closesOf } from './candles.js';
import { annualised, money, percentOf, ratio, sampledRows } from './figures.js';
import { equityColumn, fallAndReturns, rowAt, unionTimes } from './portfolio-series.js';
import { reportOf, type ReportInput } from './report.js';
import type { BacktestResult, EquityRow } from './result.js';
import { equityAt, ratioOf } from './statistics.js';

/** What strategies tested side by side come to together; see `BacktestResult` for the fields' meanings. */
export type PortfolioTotal = Pick<
  BacktestResult,
  | 'startEquity'
  | 'equity'
  | 'profit'
  | 'roiPct'
  | 'annualisedPct'
  | 'holdPct'
  | 'maxDrawdownPct'
  | 'sharpe'
  | 'sortino'
  | 'buys'
  | 'sells'
  | 'cycles'
  | 'grossGridProfit'
  | 'netGridProfit'
  | 'fees'
  | 'equitySeries'
> & {
  /** Times (ms) of the peak and the trough of the largest drawdown; null when equity never fell. */
  drawdown: { from: number; to: number } | null;
};

/** Several strategies, each with funds of its own, tested over the same time, and their sum. */
export interface PortfolioResult {
  fillModel: BacktestResult['fillModel'];
  /** The coin everything is counted in. */
  quote: string;
  /** Earliest and latest time of any of them, ms. */
  from: number;
  to: number;
  total: PortfolioTotal;
  /** In the order of the configs. */
  legs: BacktestResult[];
}

/** The strategies cannot be added up. */
export class PortfolioError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PortfolioError';
  }
}

function startEquityOf({ funds, candles }: ReportInput): Decimal {
  return funds.quote.plus(funds.base.times(closesOf(candles)(0)));
}

/** Exact worth of one strategy and of holding its start equity, at rising times; what has not begun is worth its funds. */
function worthAt(test: ReportInput, times: readonly number[]): { equity: Decimal; holding: Decimal }[] {
  const { setup, funds, candles, run } = test;
  const closeOf = closesOf(candles);
  const start = closeOf(0);
  const startEquity = startEquityOf(test);
  const rows = times.map((time) => rowAt(candles.times, time));
  const begun = rows.filter((row) => row >= 0);
  const equities = equityAt(setup, funds, run.log, begun, closeOf);
  const before = rows.length - begun.length;
  return rows.map((row, index) => {
    if (row < 0) return { equity: startEquity, holding: startEquity };
    const holding = startEquity.times(closeOf(row)).div(start);
    return { equity: equities[index - before] ?? ZERO, holding };
  });
}

/** Sums of `worthAt` over all strategies. */
function totalsAt(
  tests: readonly ReportInput[],
  times: readonly number[],
): { equity: Decimal; holding: Decimal }[] {
  const worths = tests.map((test) => worthAt(test, times));
  return times.map((_, index) => ({
    equity: sum(worths.map((worth) => worth[index]?.equity ?? ZERO)),
    holding: sum(worths.map((worth) => worth[index]?.holding ?? ZERO)),
  }));
}

function totalOf(tests: readonly ReportInput[], legs: readonly BacktestResult[]): PortfolioTotal {
  const times = unionTimes(tests.map(({ candles }) => candles.times));
  const column = equityColumn(tests, times);
  const { peakRow, troughRow, returns } = fallAndReturns(times, column);
  const last = times.length - 1;
  const timesOf = (rows: readonly number[]): number[] => rows.map((row) => at(times, row));
  const [end] = totalsAt(tests, timesOf([last]));
  const [peak, trough] = totalsAt(tests, timesOf([peakRow, troughRow]));
  const startEquity = sum(tests.map(startEquityOf));
  const profit = (end?.equity ?? ZERO).minus(startEquity);
  const roi = percentOf(profit, startEquity);
  const fall = (peak?.equity ?? ZERO).minus(trough?.equity ?? ZERO);
  const sampled = timesOf(sampledRows(times.length, tests[0]?.seriesPoints ?? 0));
  const count = (field: 'buys' | 'sells' | 'cycles'): number =>
    legs.reduce((total, leg) => total + leg[field], 0);
  const amount = (field: 'grossGridProfit' | 'netGridProfit' | 'fees'): string =>
    money(sum(legs.map((leg) => leg[field])));
  return {
    startEquity: money(startEquity),
    equity: money(end?.equity ?? ZERO),
    profit: money(profit),
    roiPct: money(roi),
    annualisedPct: ratio(annualised(roi, at(times, last) - at(times, 0))),
    holdPct: money(percentOf((end?.holding ?? ZERO).minus(startEquity), startEquity)),
    maxDrawdownPct: money(peakRow === troughRow ? new Decimal(0) : percentOf(fall, peak?.equity ?? ZERO)),
    drawdown: peakRow === troughRow ? null : { from: at(times, peakRow), to: at(times, troughRow) },
    sharpe: ratio(ratioOf(returns, false)),
    sortino: ratio(ratioOf(returns, true)),
    buys: count('buys'),
    sells: count('sells'),
    cycles: count('cycles'),
    grossGridProfit: amount('grossGridProfit'),
    netGridProfit: amount('netGridProfit'),
    fees: amount('fees'),
    equitySeries: totalsAt(tests, sampled).map(({ equity, holding }, index): EquityRow => [
      sampled[index] ?? 0,
      money(equity),
      money(holding),
    ]),
  };
}

/**
 * Strategies tested side by side: the report of each, and their sum. Equity is marked at every time any of them has a
 * close; one that has not begun counts with its funds, one whose data has ended with what it was worth then.
 * @throws PortfolioError when they are not counted in the same coin
 */
export function portfolioOf(tests: readonly ReportInput[]): PortfolioResult {
  const [first] = tests;
  if (first === undefined) throw new PortfolioError('there is no strategy to test');
  const { quote } = first.setup.market;
  const other = tests.find(({ setup }) => setup.market.quote !== quote);
  if (other !== undefined)
    throw new PortfolioError(
      `${first.setup.market.symbol} is counted in ${quote} and ${other.setup.market.symbol} in ` +
        `${other.setup.market.quote}: only strategies with one quote coin can be added up`,
    );
  const legs = tests.map(reportOf);
  return {
    fillModel: first.fillModel,
    quote,
    from: Math.min(...legs.map(({ from }) => from)),
    to: Math.max(...legs.map(({ to }) => to)),
    total: totalOf(tests, legs),
    legs,
  };
}
