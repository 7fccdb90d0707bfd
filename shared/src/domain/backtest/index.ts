export { at, type Candles } from './candles.js';
export { CandleFileError, parseCandleCsv, type CandleCsvOptions } from './candle-csv.js';
export { FILL_MODELS, type FillModel } from './fill-model.js';
export { joinCandles, type NamedCandles } from './join-candles.js';
export { PortfolioError, portfolioOf, type PortfolioResult, type PortfolioTotal } from './portfolio.js';
export { reportOf, type ReportInput } from './report.js';
export type { BacktestResult, EquityRow, FillRow } from './result.js';
export {
  BacktestRefused,
  candleTest,
  runBacktest,
  runTickBacktest,
  simulate,
  tickTest,
  type BacktestOptions,
} from './run-backtest.js';
export type { BacktestSetup, Run } from './setup.js';
export { equityStatistics, type EquityStatistics } from './statistics.js';
export { expandSweep, parseSweepGrid, SweepError, type SweepAxis, type SweepRun } from './sweep-grid.js';
export { rankedRows, sweepRows, sweepRuns, type SweepJob } from './sweep-job.js';
export {
  splitAt,
  SWEEP_FIGURES,
  sweepRow,
  sweepVerdict,
  type SweepFigures,
  type SweepOptions,
  type SweepRow,
  type SweepVerdict,
} from './sweep-run.js';
export { suggestGrid, SuggestError, type Suggestion } from './suggest.js';
export { parseTicks, TickFileError, type TickEvent } from './tick-file.js';
