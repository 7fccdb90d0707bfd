import { Worker } from 'node:worker_threads';
import type { ShardMessage, ShardWork } from './shard-work.js';

/** A shard was given up: refused, broken, canceled or too slow. The code is stable. */
export class ShardError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ShardError';
  }
}

export interface ShardRun {
  work: ShardWork;
  signal: AbortSignal;
  onProgress: (runsDone: number) => void;
}

const THREAD = new URL('./shard-thread.js', import.meta.url);

/**
 * Computes a shard in a thread of its own, so that the node's event loop stays free.
 * @returns JSON of an array with one result for each run
 * @throws ShardError; BACKTEST_CANCELED when the signal aborts
 */
export async function runShard({ work, signal, onProgress }: ShardRun, entry: URL = THREAD): Promise<string> {
  const thread = new Worker(entry, { workerData: work });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(new ShardError('BACKTEST_CANCELED', 'The backtest was canceled.'));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      thread.on('message', (message: ShardMessage) => {
        if (message.type === 'progress') onProgress(message.runsDone);
        else if (message.type === 'done') resolve(message.results);
        else reject(new ShardError(message.code, message.message));
      });
      thread.on('error', reject);
      thread.on('exit', (code) => {
        reject(new ShardError('BACKTEST_FAILED', `The computing thread ended early with code ${code}.`));
      });
    });
  } finally {
    await thread.terminate();
  }
}
