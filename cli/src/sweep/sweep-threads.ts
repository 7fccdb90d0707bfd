import { Worker } from 'node:worker_threads';
import {
  sweepRows,
  type Candles,
  type SweepJob,
  type SweepRow,
  type SweepRun,
} from '@gridfleet/shared/domain/backtest';
import { sharedCandles } from './shared-candles.js';
import type { SweepThreadInput, SweepThreadOutput } from './sweep-thread.js';

/** Runs handed out at once: few enough that threads end together, enough that handing out costs nothing. */
const CHUNK = 8;

/** Called with the number of runs made so far. */
export type SweepProgress = (done: number) => void;

/** One thread from its start to its end; fails when it does, or when the others are told to stop. */
async function runThread(
  input: SweepThreadInput,
  signal: AbortSignal,
  take: (part: SweepThreadOutput) => void,
) {
  const worker = new Worker(new URL('./sweep-thread.js', import.meta.url), { workerData: input });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('message', take);
      worker.on('error', reject);
      worker.on('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`a sweep thread ended with code ${code}`));
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * All rows of a sweep in the order of its runs, whatever the number of threads. One thread is this one: it saves the
 * start of another.
 * @throws the first error of any thread, after stopping the others
 */
export async function runSweep(
  job: SweepJob,
  runs: readonly SweepRun[],
  candles: Candles,
  threads: number,
  progress: SweepProgress,
): Promise<SweepRow[]> {
  const rows: SweepRow[] = [];
  if (threads === 1) {
    for (let from = 0; from < runs.length; from += CHUNK) {
      rows.push(...sweepRows(job, runs.slice(from, from + CHUNK), candles));
      progress(rows.length);
    }
    return rows;
  }
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const input: SweepThreadInput = { job, candles: sharedCandles(candles), next, chunk: CHUNK };
  const stopped = new AbortController();
  let done = 0;
  const take = (part: SweepThreadOutput): void => {
    part.rows.forEach((row, index) => {
      rows[part.from + index] = row;
    });
    done += part.rows.length;
    progress(done);
  };
  const needed = Math.min(threads, Math.ceil(runs.length / CHUNK));
  const all = Array.from({ length: needed }, () => runThread(input, stopped.signal, take));
  try {
    await Promise.all(all);
  } catch (error) {
    stopped.abort();
    await Promise.allSettled(all);
    throw error;
  }
  return rows;
}
