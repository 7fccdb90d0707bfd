import { expandSweep, SweepError } from '@gridfleet/shared/domain/backtest';
import { GridfleetError } from '@gridfleet/shared/schema';

/** Runs one sweep may have. */
const MAX_RUNS = 20_000;

/** How many runs a sweep makes. @throws GridfleetError VALIDATION_FAILED when the grid cannot be read or is too large */
export function sweepRuns(config: Record<string, unknown>, grid: string): number {
  const refused = (message: string): GridfleetError =>
    new GridfleetError('VALIDATION_FAILED', 'The sweep is not valid', [
      { field: 'body.sweep.grid', code: 'SWEEP_INVALID', message },
    ]);
  try {
    const { length } = expandSweep(config, grid);
    if (length > MAX_RUNS) throw refused(`makes ${length} runs; at most ${MAX_RUNS} are possible`);
    return length;
  } catch (error) {
    if (error instanceof SweepError) throw refused(error.message);
    throw error;
  }
}
