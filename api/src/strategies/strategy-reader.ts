import type { DataSource } from 'typeorm';
import {
  composeStatus,
  hasFigures,
  listStrategies,
  MachineStateRepository,
  NO_FIGURES,
  readLive,
  readTradingState,
  RefusalRepository,
  StatusSubjects,
  StrategyRepository,
  viewStored,
  type KnownReports,
  type LiveReport,
  type Logger,
  type PageOf,
  type Redis,
  type StatusSubject,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import type {
  LevelDto,
  Strategy,
  StrategyListQuery,
  StrategyRevisionDto,
  StrategyStatus,
} from '@gridfleet/shared/schema';
import { refusalDto, strategyDto } from './strategy-dto.js';
import { foreignCursor } from '../http/paging.js';
import { StoredFiguresReader, type StoredFigures } from './stored-figures.js';
import { stateUnreadable, strategyNotFound } from './strategy-errors.js';

/** A history longer than this is read by nobody. */
const MOST_REVISIONS = 200;

/** Strategies with their status, as MySQL and Redis together know them. Lists take a fixed number of round trips. */
export class StrategyReader {
  readonly #dataSource: DataSource;
  readonly #redis: Redis;
  readonly #logger: Logger;
  readonly #figures: StoredFiguresReader;
  readonly #reports: KnownReports = new Map();

  constructor(dataSource: DataSource, redis: Redis, logger: Logger) {
    this.#dataSource = dataSource;
    this.#redis = redis;
    this.#logger = logger;
    this.#figures = new StoredFiguresReader(dataSource, logger);
  }

  get #subjects(): StatusSubjects {
    return new StatusSubjects(this.#dataSource.manager);
  }

  get #strategies(): StrategyRepository {
    return new StrategyRepository(this.#dataSource.manager);
  }

  /** @throws GridfleetError VALIDATION_FAILED for a cursor of another list */
  async list(userId: number, query: StrategyListQuery): Promise<PageOf<Strategy>> {
    const page = await listStrategies(this.#dataSource.manager, userId, query);
    if (page === null) throw foreignCursor();
    return { items: await this.#withStatus(page.items), nextCursor: page.nextCursor };
  }

  /** @throws GridfleetError NOT_FOUND */
  async row(userId: number, id: number): Promise<StrategyRow> {
    const row = await this.#strategies.find(userId, id);
    if (row === null) throw strategyNotFound(id);
    return row;
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, id: number): Promise<Strategy> {
    const row = await this.row(userId, id);
    const { manager } = this.#dataSource;
    const [[strategy], trading, refusals] = await Promise.all([
      this.#withStatus([row]),
      readTradingState(manager, { of: 'strategy', id }),
      new RefusalRepository(manager).standing(id),
    ]);
    if (strategy === undefined) throw strategyNotFound(id);
    return {
      ...strategy,
      tradingReason: trading?.reason ?? null,
      tradingChangedBy: trading?.changedBy ?? null,
      refusals: refusals.map(refusalDto),
    };
  }

  /** @throws GridfleetError NOT_FOUND */
  async status(userId: number, id: number): Promise<StrategyStatus> {
    await this.row(userId, id);
    const [status] = await this.statusesOf([id]);
    if (status === undefined) throw strategyNotFound(id);
    return status;
  }

  async running(userId: number): Promise<StrategyStatus[]> {
    const statuses = await this.#statuses(await this.#subjects.running(userId));
    return statuses.filter((status) => status.isRunning);
  }

  /** Statuses of all strategies of a user that are not deleted, in the order of their ids. */
  async allStatuses(userId: number): Promise<StrategyStatus[]> {
    return this.#statuses(await this.#subjects.all(userId, 'without-deleted'));
  }

  /** As `allStatuses`, with those that are deleted and their names. */
  async named(userId: number): Promise<{ name: string; status: StrategyStatus }[]> {
    const subjects = await this.#subjects.all(userId, 'with-deleted');
    const statuses = await this.#statuses(subjects);
    return statuses.map((status, i) => ({ name: subjects[i]?.strategy.name ?? '', status }));
  }

  /** Statuses of these strategies, in the order of their ids. */
  async statusesOf(strategyIds: readonly number[]): Promise<StrategyStatus[]> {
    const [subjects, live] = await Promise.all([
      this.#subjects.byId(strategyIds),
      readLive(this.#redis, strategyIds, this.#reports),
    ]);
    const reports = new Map(strategyIds.map((id, i) => [id, live[i]]));
    return this.#compose(
      subjects,
      subjects.map(({ strategy }) => reports.get(strategy.id)),
    );
  }

  /** Levels of the machine; empty when it was never started. @throws GridfleetError NOT_FOUND, STATE_UNREADABLE */
  async levels(userId: number, id: number): Promise<LevelDto[]> {
    await this.row(userId, id);
    const machines = await new MachineStateRepository(this.#dataSource.manager).load([id]);
    const machine = machines.get(id);
    if (machine === undefined) return [];
    try {
      return viewStored(machine).levels;
    } catch (err) {
      this.#logger.error({ err, strategyId: id }, 'stored machine is unreadable');
      throw stateUnreadable(id, err);
    }
  }

  /** Parameters it has had, newest first. @throws GridfleetError NOT_FOUND */
  async revisions(userId: number, id: number): Promise<StrategyRevisionDto[]> {
    await this.row(userId, id);
    return (await this.#strategies.revisions(id, MOST_REVISIONS)).map(({ revision, params, createdAt }) => ({
      revision,
      params: JSON.parse(params) as StrategyRevisionDto['params'],
      createdAt: createdAt.toISOString(),
    }));
  }

  /** What stored machines come to, of those that were ever started and can be read. */
  stored(strategyIds: readonly number[]): Promise<Map<number, StoredFigures>> {
    return this.#figures.of(strategyIds);
  }

  async #statuses(subjects: readonly StatusSubject[]): Promise<StrategyStatus[]> {
    const reports = await readLive(
      this.#redis,
      subjects.map(({ strategy }) => strategy.id),
      this.#reports,
    );
    return this.#compose(subjects, reports);
  }

  async #compose(
    subjects: readonly StatusSubject[],
    reports: readonly (LiveReport | undefined)[],
  ): Promise<StrategyStatus[]> {
    const silent = subjects.filter(({ run }, i) => {
      const live = reports[i]?.live ?? null;
      return live === null || !hasFigures(run, live);
    });
    const stored = await this.#figures.of(silent.map(({ strategy }) => strategy.id));
    return subjects.map(({ strategy, run }, i) =>
      composeStatus({
        strategy,
        run,
        live: reports[i]?.live ?? null,
        leased: reports[i]?.leased ?? false,
        stored: stored.get(strategy.id)?.figures ?? NO_FIGURES,
      }),
    );
  }

  async #withStatus(rows: readonly StrategyRow[]): Promise<Strategy[]> {
    const ids = rows.map((row) => row.id);
    const [legs, statuses] = await Promise.all([this.#strategies.legsOf(ids), this.statusesOf(ids)]);
    const byId = new Map(statuses.map((status) => [status.strategyId, status]));
    return rows.flatMap((row) => {
      const status = byId.get(row.id);
      return status === undefined ? [] : [strategyDto(row, legs.get(row.id) ?? [], status)];
    });
  }
}
