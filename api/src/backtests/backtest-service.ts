import { gunzipSync } from 'node:zlib';
import type { DataSource } from 'typeorm';
import {
  BacktestRepository,
  CandleFileRepository,
  type BacktestRow,
  type PageOf,
  type PageRequest,
} from '@gridfleet/shared/infra';
import { sweepVerdict, type SweepRow } from '@gridfleet/shared/domain/backtest';
import {
  GridfleetError,
  parseStrategyConfig,
  StrategyConfigError,
  type Backtest,
  type BacktestCreate,
} from '@gridfleet/shared/schema';
import type { BacktestQueue } from './backtest-queue.js';
import { candleFileNotFound } from './candle-file-service.js';
import { backtestDto } from './backtest-dto.js';
import { sweepRuns } from './sweep-runs.js';

/** Runs a node does before it takes the next shard; small, so that several nodes share a sweep evenly. */
const RUNS_PER_SHARD = 25;

function notFound(id: number): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no backtest ${id}`);
}

/** Use cases around backtests. Nodes with the role `backtest` do the work. */
export class BacktestService {
  readonly #dataSource: DataSource;
  readonly #queue: BacktestQueue;

  constructor(dataSource: DataSource, queue: BacktestQueue) {
    this.#dataSource = dataSource;
    this.#queue = queue;
  }

  get #backtests(): BacktestRepository {
    return new BacktestRepository(this.#dataSource.manager);
  }

  /** @throws GridfleetError VALIDATION_FAILED with each field, NOT_FOUND for the candle file */
  async create(userId: number, body: BacktestCreate): Promise<Backtest> {
    const config = this.#checked(body);
    const files = new CandleFileRepository(this.#dataSource.manager);
    if ((await files.find(userId, body.candleFileId)) === null) throw candleFileNotFound(body.candleFileId);
    const id = await this.#backtests.insert(
      {
        userId,
        name: body.name.trim(),
        kind: config.kind.kind,
        symbol: config.symbol,
        candleFileId: body.candleFileId,
        request: JSON.stringify(body),
        runs: body.sweep === undefined ? 1 : sweepRuns(body.config, body.sweep.grid),
      },
      RUNS_PER_SHARD,
      new Date(),
    );
    await this.#queue.enqueue(id, await this.#backtests.openShards(id));
    return this.get(userId, id);
  }

  async list(userId: number, page: PageRequest): Promise<PageOf<Backtest>> {
    const { items, nextCursor } = await this.#backtests.list(userId, page);
    const done = await this.#backtests.runsDone(items.map((row) => row.id));
    return { items: items.map((row) => backtestDto(row, done.get(row.id) ?? 0)), nextCursor };
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, id: number): Promise<Backtest> {
    const row = await this.#row(userId, id);
    const done = await this.#backtests.runsDone([id]);
    return backtestDto(row, done.get(id) ?? 0);
  }

  /**
   * The whole result: of a single backtest its figures with fills and equity, of a sweep its table in order of runs.
   * @throws GridfleetError NOT_FOUND, BACKTEST_NOT_DONE
   */
  async result(userId: number, id: number): Promise<Record<string, unknown>> {
    const row = await this.#row(userId, id);
    if (row.state !== 'done')
      throw new GridfleetError('BACKTEST_NOT_DONE', `Backtest ${id} is ${row.state}, it has no result`);
    const parts = await this.#backtests.results(id);
    const runs = parts.flatMap((part) => JSON.parse(gunzipSync(part).toString('utf8')) as unknown[]);
    const isSweep = (JSON.parse(row.request) as BacktestCreate).sweep !== undefined;
    return isSweep ? { runs, verdict: sweepVerdict(runs as SweepRow[]) } : { ...(runs[0] as object) };
  }

  /** @throws GridfleetError NOT_FOUND, BACKTEST_ENDED */
  async cancel(userId: number, id: number): Promise<Backtest> {
    const row = await this.#row(userId, id);
    const reason = { code: 'CANCELED_BY_USER', message: 'Canceled by its owner.' };
    if (!(await this.#backtests.ended(id, 'canceled', reason, new Date())))
      throw new GridfleetError('BACKTEST_ENDED', `Backtest ${id} has ended already: ${row.state}`);
    return this.get(userId, id);
  }

  /** Removes an ended backtest with its result. @throws GridfleetError NOT_FOUND, BACKTEST_RUNNING */
  async remove(userId: number, id: number): Promise<void> {
    const { state } = await this.#row(userId, id);
    if (state === 'queued' || state === 'running')
      throw new GridfleetError('BACKTEST_RUNNING', `Backtest ${id} is ${state}`);
    await this.#backtests.remove(id);
  }

  async #row(userId: number, id: number): Promise<BacktestRow> {
    const row = await this.#backtests.find(userId, id);
    if (row === null) throw notFound(id);
    return row;
  }

  #checked(body: BacktestCreate) {
    try {
      return parseStrategyConfig(body.config);
    } catch (error) {
      if (!(error instanceof StrategyConfigError)) throw error;
      const details = error.problems.map(({ field, message }) => ({
        field: field === '' ? 'body.config' : `body.config.${field}`,
        code: 'INVALID',
        message,
      }));
      throw new GridfleetError(
        'VALIDATION_FAILED',
        'The configuration of the backtest is not valid',
        details,
      );
    }
  }
}
