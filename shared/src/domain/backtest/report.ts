import { Decimal, dec, decStr, type DecimalString } from '../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../market/market.js';
import type { Plan } from '../strategy/plan.js';
import { Books, type StartFunds } from './books.js';
import { at, closesOf, type Candles } from './candles.js';
import { annualised, money, percentOf, ratio, sampledRows, toPercent } from './figures.js';
import type { BacktestResult, EquityRow, FillRow } from './result.js';
import type { BacktestSetup, Run } from './setup.js';
import { equityAt, equityStatistics } from './statistics.js';

/** What a report is made of. */
export interface ReportInput {
  setup: BacktestSetup;
  funds: StartFunds;
  plan: Plan;
  candles: Candles;
  run: Run;
  fillModel: BacktestResult['fillModel'];
  /** Points of the equity series, at most; 0 leaves it out. */
  seriesPoints: number;
  /** Whether to list the fills. */
  listFills: boolean;
}

/** Rows of fills; equal fills of a grid share their texts, which makes a long log cheap to print. */
function fillRows(setup: BacktestSetup, run: Run, candles: Candles, from: number, to: number): FillRow[] {
  const { market, fees } = setup;
  const { log } = run;
  const texts = new Map<string, [string, string, string]>();
  const textsOf = (index: number): [string, string, string] => {
    const taker = log.takers[index] === 1;
    const exact = log.exactPrices.get(index);
    const price = at(log.prices, index);
    const steps = at(log.quantities, index);
    const key = `${price} ${steps} ${String(taker)}`;
    const known = exact === undefined ? texts.get(key) : undefined;
    if (known !== undefined) return known;
    const paid = exact ?? ticksToPrice(market, price);
    const quantity = stepsToQuantity(market, steps);
    const fee = paid.times(quantity).times(taker ? fees.taker : fees.maker);
    const made: [string, string, string] = [decStr(paid), decStr(quantity), money(fee)];
    if (exact === undefined) texts.set(key, made);
    return made;
  };
  const rows: FillRow[] = [];
  for (let index = from; index < to; index += 1) {
    const time = at(candles.times, log.rows[index] ?? 0);
    rows.push([time, log.sells[index] === 1 ? 'SELL' : 'BUY', ...textsOf(index)]);
  }
  return rows;
}

/** Prices of the plan's lines, rising. */
function levelPrices(plan: Plan): DecimalString[] {
  const prices = new Set(plan.levels.flatMap(({ buyPrice, sellPrice }) => [buyPrice, sellPrice]));
  const exact = [...prices].map((text) => ({ text, price: dec(text) }));
  return exact.sort((a, b) => a.price.cmp(b.price)).map(({ text }) => text);
}

function openOrdersOf(setup: BacktestSetup, run: Run): BacktestResult['openOrders'] {
  const sorted = [...run.openOrders].sort((a, b) => a.price - b.price || a.side.localeCompare(b.side));
  return sorted.map(({ side, price, quantity }) => ({
    side: side === 'buy' ? 'BUY' : 'SELL',
    price: decStr(ticksToPrice(setup.market, price)),
    quantity: decStr(stepsToQuantity(setup.market, quantity)),
  }));
}

/** The figures of a run that tables of runs show. */
export type RunFigures = Pick<
  BacktestResult,
  | 'startPrice'
  | 'lastPrice'
  | 'startQuote'
  | 'startBase'
  | 'startEquity'
  | 'initialBase'
  | 'buys'
  | 'sells'
  | 'cycles'
  | 'grossGridProfit'
  | 'netGridProfit'
  | 'fees'
  | 'base'
  | 'quote'
  | 'equity'
  | 'profit'
  | 'roiPct'
  | 'annualisedPct'
  | 'holdPct'
  | 'maxDrawdownPct'
  | 'sharpe'
  | 'sortino'
  | 'timeInMarketPct'
>;

/** What is to be known of a run's figures: no plan, no series, no lists. */
export type FiguresInput = Pick<ReportInput, 'setup' | 'funds' | 'candles' | 'run'>;

/** The figures of a run, exact where they are money. */
export function figuresOf({ setup, funds, candles, run }: FiguresInput): RunFigures {
  const { log } = run;
  const closeOf = closesOf(candles);
  const rows = candles.close.length;
  const start = closeOf(0);
  const last = closeOf(rows - 1);
  const books = new Books(setup, funds);
  let sells = 0;
  for (let index = 0; index < log.length; index += 1) {
    books.apply(log, index);
    if (index >= run.startFills) sells += log.sells[index] ?? 0;
  }
  const startEquity = funds.quote.plus(funds.base.times(start));
  const equity = books.equity(last);
  const statistics = equityStatistics(setup, funds, log, candles);
  const [peak, trough] = equityAt(setup, funds, log, [statistics.peakRow, statistics.troughRow], closeOf);
  const fall =
    peak === undefined || trough === undefined ? new Decimal(0) : percentOf(peak.minus(trough), peak);
  const roi = percentOf(equity.minus(startEquity), startEquity);
  const span = at(candles.times, rows - 1) - at(candles.times, 0);
  return {
    startPrice: decStr(start),
    lastPrice: decStr(last),
    startQuote: money(funds.quote),
    startBase: decStr(funds.base),
    startEquity: money(startEquity),
    initialBase: money(run.initialBase),
    buys: log.length - run.startFills - sells,
    sells,
    cycles: [...run.cellCycles.values()].reduce((total, count) => total + count, 0),
    grossGridProfit: money(run.grossGridProfit),
    netGridProfit: money(run.netGridProfit),
    fees: money(books.fees()),
    base: money(books.base()),
    quote: money(books.quote()),
    equity: money(equity),
    profit: money(equity.minus(startEquity)),
    roiPct: money(roi),
    annualisedPct: ratio(annualised(roi, span)),
    holdPct: money(percentOf(last.minus(start), start)),
    maxDrawdownPct: money(fall),
    sharpe: ratio(statistics.sharpe),
    sortino: ratio(statistics.sortino),
    timeInMarketPct: toPercent(statistics.timeInMarket),
  };
}

/** Equity against holding the start equity in base, sampled. */
function equitySeries({ setup, funds, candles, run, seriesPoints }: ReportInput): EquityRow[] {
  const closeOf = closesOf(candles);
  const start = closeOf(0);
  const held = funds.quote.plus(funds.base.times(start)).div(start);
  const sampled = sampledRows(candles.close.length, seriesPoints);
  const series = equityAt(setup, funds, run.log, sampled, closeOf);
  return sampled.map((row, index): EquityRow => [
    at(candles.times, row),
    money(series[index] ?? new Decimal(0)),
    money(held.times(closeOf(row))),
  ]);
}

/** Everything about a run, its lists included. */
export function reportOf(input: ReportInput): BacktestResult {
  const { setup, plan, candles, run } = input;
  const rows = candles.close.length;
  const { startPrice, lastPrice, startQuote, startBase, startEquity, initialBase, ...figures } =
    figuresOf(input);
  const open = openOrdersOf(setup, run);
  const pricesOf = (side: string): string[] =>
    open.filter((order) => order.side === side).map(({ price }) => price);
  return {
    symbol: setup.market.symbol,
    kind: setup.kind,
    fillModel: input.fillModel,
    candles: rows,
    from: at(candles.times, 0),
    to: at(candles.times, rows - 1),
    startPrice,
    lastPrice,
    startQuote,
    startBase,
    startEquity,
    initialBase,
    initialFills: fillRows(setup, run, candles, 0, run.startFills),
    ...figures,
    levels: levelPrices(plan),
    openBuys: pricesOf('BUY'),
    openSells: pricesOf('SELL'),
    openOrders: open,
    cellCycles: [...run.cellCycles].sort(([a], [b]) => a - b),
    fills: input.listFills ? fillRows(setup, run, candles, run.startFills, run.log.length) : [],
    equitySeries: equitySeries(input),
    ended: run.ended === null ? null : { time: at(candles.times, run.ended.row), ...run.ended.reason },
    warnings: plan.refusals.map(({ code, message }) => ({ code, message })),
  };
}
