import { Value } from 'typebox/value';
import { dec } from '@gridfleet/shared/domain';
import { BacktestSummary } from '@gridfleet/shared/schema';

/** The figures of a single backtest, or the training figures of a sweep's row; null when there are none. */
function figuresOf(run: unknown): BacktestSummary | null {
  const isRow = typeof run === 'object' && run !== null && 'train' in run;
  const figures = Value.Clean(BacktestSummary, Value.Clone(isRow ? run.train : run));
  return Value.Check(BacktestSummary, figures) ? figures : null;
}

/** Figures of the best run by profit; null when no run has any. */
export function summaryOf(runs: readonly unknown[]): BacktestSummary | null {
  let best: BacktestSummary | null = null;
  for (const run of runs) {
    const figures = figuresOf(run);
    if (figures !== null && (best === null || dec(figures.profit).gt(best.profit))) best = figures;
  }
  return best;
}
