import type { DecimalString } from '../numbers/decimal.js';
import type { FillModel } from './fill-model.js';

/** A fill as scripts read it: open time of its candle (ms), side, price, quantity, fee valued in quote. */
export type FillRow = [time: number, side: 'BUY' | 'SELL', price: string, quantity: string, fee: string];

/** One point of the equity curve: time (ms) of the candle, equity and holding at its close, quote. */
export type EquityRow = [time: number, equity: string, holding: string];

/** Figures of a backtest. Money in quote with 8 decimals, base and prices as they are, percentages of the start equity. */
export interface BacktestResult {
  symbol: string;
  kind: string;
  fillModel: FillModel | 'ticks';
  candles: number;
  /** Times of first and last candle, ms. */
  from: number;
  to: number;
  startPrice: DecimalString;
  lastPrice: DecimalString;
  startQuote: DecimalString;
  startBase: DecimalString;
  startEquity: DecimalString;
  initialBase: DecimalString;
  /** Orders of the start that took from the market, not counted in `buys`, `sells` and `fills`. */
  initialFills: FillRow[];
  buys: number;
  sells: number;
  cycles: number;
  grossGridProfit: DecimalString;
  netGridProfit: DecimalString;
  fees: DecimalString;
  base: DecimalString;
  quote: DecimalString;
  equity: DecimalString;
  profit: DecimalString;
  roiPct: DecimalString;
  /** Compounded to a year; null below one day. */
  annualisedPct: DecimalString | null;
  /** What the start equity, all in base at the start price, would have made. */
  holdPct: DecimalString;
  maxDrawdownPct: DecimalString;
  sharpe: DecimalString | null;
  sortino: DecimalString | null;
  /** Share of the candles with base held. */
  timeInMarketPct: DecimalString;
  levels: DecimalString[];
  openBuys: DecimalString[];
  openSells: DecimalString[];
  openOrders: { side: 'BUY' | 'SELL'; price: DecimalString; quantity: DecimalString }[];
  /** Cycles of each cell that had one: `[cell, cycles]`. */
  cellCycles: [number, number][];
  fills: FillRow[];
  equitySeries: EquityRow[];
  /** When (ms) and why the strategy ended before the market data did. */
  ended: { time: number; code: string; message: string } | null;
  /** Reasons for which the plan would be refused live, although the run could be made. */
  warnings: { code: string; message: string }[];
}
