import { In, IsNull, LessThan, type EntityManager } from 'typeorm';
import type { BacktestSummary } from '../../schema/backtest.js';
import {
  BacktestRowEntity,
  BacktestShardEntity,
  type BacktestRow,
  type BacktestShard,
} from '../database/entities/backtest.js';
import type { PageOf, PageRequest } from './trading.js';

const UNFINISHED: BacktestRow['state'][] = ['queued', 'running'];

/** Backtests and sweeps with their shards. A state only moves forward: each change names the states it may follow. */
export class BacktestRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** Stores a backtest with its shards, state `queued`. @returns its id */
  async insert(
    row: Pick<BacktestRow, 'userId' | 'name' | 'kind' | 'symbol' | 'candleFileId' | 'request' | 'runs'>,
    runsPerShard: number,
    now: Date,
  ): Promise<number> {
    return this.#manager.transaction(async (manager) => {
      const inserted = await manager.insert(BacktestRowEntity, {
        ...row,
        state: 'queued',
        reasonCode: null,
        reasonMessage: null,
        workerName: null,
        summary: null,
        createdAt: now,
        startedAt: null,
        finishedAt: null,
      });
      const backtestId = Number(inserted.identifiers[0]?.['id']);
      const shards: BacktestShard[] = [];
      for (let firstRun = 0; firstRun < row.runs; firstRun += runsPerShard) {
        const runs = Math.min(runsPerShard, row.runs - firstRun);
        shards.push({ backtestId, shard: shards.length, firstRun, runs, runsDone: 0, result: null });
      }
      await manager.insert(BacktestShardEntity, shards);
      return backtestId;
    });
  }

  async byId(id: number): Promise<BacktestRow | null> {
    return this.#manager.findOneBy(BacktestRowEntity, { id });
  }

  async find(userId: number, id: number): Promise<BacktestRow | null> {
    return this.#manager.findOneBy(BacktestRowEntity, { userId, id });
  }

  /** Newest first. */
  async list(userId: number, { limit, cursor }: PageRequest): Promise<PageOf<BacktestRow>> {
    const items = await this.#manager.find(BacktestRowEntity, {
      where: { userId, ...(cursor === null ? {} : { id: LessThan(Number(cursor)) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const page = items.slice(0, limit);
    return { items: page, nextCursor: items.length > limit ? String(page.at(-1)?.id) : null };
  }

  async runsDone(ids: readonly number[]): Promise<Map<number, number>> {
    if (ids.length === 0) return new Map();
    const rows: { id: number; done: string }[] = await this.#manager.query(
      'SELECT backtest_id AS id, SUM(runs_done) AS done FROM backtest_shard WHERE backtest_id IN (?) GROUP BY backtest_id',
      [ids],
    );
    return new Map(rows.map(({ id, done }) => [id, Number(done)]));
  }

  async unfinished(): Promise<BacktestRow[]> {
    return this.#manager.find(BacktestRowEntity, { where: { state: In(UNFINISHED) }, order: { id: 'ASC' } });
  }

  /** Shards without their (large) results. */
  async openShards(backtestId: number): Promise<number[]> {
    const rows = await this.#manager.find(BacktestShardEntity, {
      where: { backtestId, result: IsNull() },
      select: { shard: true, backtestId: true },
      order: { shard: 'ASC' },
    });
    return rows.map(({ shard }) => shard);
  }

  async shard(backtestId: number, shard: number): Promise<BacktestShard | null> {
    return this.#manager.findOneBy(BacktestShardEntity, { backtestId, shard });
  }

  /** Results in order of their runs. */
  async results(backtestId: number): Promise<Buffer[]> {
    const rows = await this.#manager.find(BacktestShardEntity, {
      where: { backtestId },
      order: { shard: 'ASC' },
    });
    return rows.flatMap(({ result }) => (result === null ? [] : [result]));
  }

  /** Somebody works on it. @returns false when it was canceled or has ended */
  async started(id: number, workerName: string, now: Date): Promise<boolean> {
    await this.#manager.update(
      BacktestRowEntity,
      { id, state: 'queued' },
      { state: 'running', startedAt: now, reasonCode: null, reasonMessage: null },
    );
    const done = await this.#manager.update(BacktestRowEntity, { id, state: 'running' }, { workerName });
    return (done.affected ?? 0) > 0;
  }

  async progress(backtestId: number, shard: number, runsDone: number): Promise<void> {
    await this.#manager.update(BacktestShardEntity, { backtestId, shard, result: IsNull() }, { runsDone });
  }

  /** Doing a shard twice, after its first node was given up, gives the same bytes: the first to come stays. */
  async shardDone(backtestId: number, shard: number, result: Buffer): Promise<void> {
    await this.#manager.query(
      'UPDATE backtest_shard SET result = ?, runs_done = runs WHERE backtest_id = ? AND shard = ? AND result IS NULL',
      [result, backtestId, shard],
    );
  }

  async done(id: number, summary: BacktestSummary | null, now: Date): Promise<void> {
    await this.#manager.update(
      BacktestRowEntity,
      { id, state: In(UNFINISHED) },
      { state: 'done', summary: summary === null ? null : JSON.stringify(summary), finishedAt: now },
    );
  }

  async ended(
    id: number,
    state: 'failed' | 'canceled',
    reason: { code: string; message: string },
    now: Date,
  ): Promise<boolean> {
    const done = await this.#manager.update(
      BacktestRowEntity,
      { id, state: In(UNFINISHED) },
      { state, reasonCode: reason.code, reasonMessage: reason.message, finishedAt: now },
    );
    return (done.affected ?? 0) > 0;
  }

  async remove(id: number): Promise<void> {
    await this.#manager.delete(BacktestRowEntity, { id });
  }
}
