import { parentPort, workerData } from 'node:worker_threads';
import {
  sweepRows,
  sweepRuns,
  type Candles,
  type SweepJob,
  type SweepRow,
} from '@gridfleet/shared/domain/backtest';

/** What a thread is started with; the memory of candles and counter is shared. */
export interface SweepThreadInput {
  job: SweepJob;
  candles: Candles;
  /** First run that no thread has taken yet. */
  next: Int32Array;
  /** Runs a thread takes at once. */
  chunk: number;
}

/** Rows of the runs from `from` on. */
export interface SweepThreadOutput {
  from: number;
  rows: SweepRow[];
}

const { job, candles, next, chunk } = workerData as SweepThreadInput;
const runs = sweepRuns(job);
let from = Atomics.add(next, 0, chunk);
while (from < runs.length) {
  const rows = sweepRows(job, runs.slice(from, from + chunk), candles);
  parentPort?.postMessage({ from, rows } satisfies SweepThreadOutput);
  from = Atomics.add(next, 0, chunk);
}
