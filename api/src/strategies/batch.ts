import {
  ERROR_CODES,
  GridfleetError,
  type BatchItem,
  type BatchResult,
  type StopRequest,
} from '@gridfleet/shared/schema';
import { toGridfleetError } from '../http/errors.js';
import type { StrategyEditor } from './edit-strategy.js';
import type { StrategyRunner } from './run-strategy.js';
import type { StrategyReader } from './strategy-reader.js';

/** Items of one batch worked on at once: enough to hide waiting, few enough to leave connections to others. */
const CONCURRENCY = 8;

/** Runs `work` for each item, a few at once. @returns the results in order. */
export async function eachLimited<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>) {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      const item = items[index];
      if (item !== undefined) results[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, lane));
  return results;
}

/** Code and sentence of an item that failed. An unknown failure is told as INTERNAL, and no more of it. */
export function failureOf(error: unknown): { code: string; message: string } {
  const known = toGridfleetError(error instanceof Error ? error : new Error(String(error)));
  const fields = known.details.map(({ message }) => ` ${message}`).join('');
  return { code: known.code, message: `${known.message}.${fields} ${ERROR_CODES[known.code].action}` };
}

/** The same command for many strategies; each succeeds or fails by itself. */
export class StrategyBatch {
  readonly #runner: StrategyRunner;
  readonly #editor: StrategyEditor;
  readonly #reader: StrategyReader;

  constructor(runner: StrategyRunner, editor: StrategyEditor, reader: StrategyReader) {
    this.#runner = runner;
    this.#editor = editor;
    this.#reader = reader;
  }

  start(userId: number, ids: readonly number[]): Promise<BatchResult> {
    return each(ids, 'Started.', (id) => this.#runner.start(userId, id));
  }

  stop(userId: number, ids: readonly number[], request: StopRequest): Promise<BatchResult> {
    return each(ids, 'Stopping.', (id) => this.#runner.stop(userId, id, request));
  }

  delete(userId: number, ids: readonly number[]): Promise<BatchResult> {
    return each(ids, 'Deleted.', (id) => this.#editor.delete(userId, id));
  }

  /** `params` are laid over each strategy's own. */
  update(
    userId: number,
    ids: readonly number[],
    params: Readonly<Record<string, unknown>>,
  ): Promise<BatchResult> {
    return each(ids, 'Changed.', async (id) => {
      const row = await this.#reader.row(userId, id);
      const own = JSON.parse(row.params) as Record<string, unknown>;
      await this.#editor.update(userId, id, { params: { ...own, ...params } });
    });
  }
}

async function each(
  ids: readonly number[],
  done: string,
  work: (id: number) => Promise<unknown>,
): Promise<BatchResult> {
  const items = await eachLimited(ids, async (id): Promise<BatchItem> => {
    try {
      await work(id);
      return { id, ok: true, code: 'OK', message: done };
    } catch (error) {
      return { id, ok: false, ...failureOf(error) };
    }
  });
  const success = items.filter(({ ok }) => ok).length;
  if (items.every(({ code }) => code === 'DEPENDENCY_UNAVAILABLE')) {
    throw new GridfleetError('DEPENDENCY_UNAVAILABLE', 'Nothing of the batch could be done');
  }
  return { success, failed: items.length - success, items };
}
