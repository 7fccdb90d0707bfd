import type { DataSource } from 'typeorm';
import {
  composeStatus,
  figuresOf,
  hasFigures,
  listStrategies,
  MachineStateRepository,
  NO_FIGURES,
  readLive,
  readTradingState,
  RefusalRepository,
  RunRepository,
  StrategyRepository,
  viewStored,
  type Logger,
  type PageOf,
  type Redis,
  type RunRow,
  type StatusFigures,
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
import { stateUnreadable, strategyNotFound } from './strategy-errors.js';

/** Stored machines that are read together. */
const MACHINES_AT_ONCE = 250;

/** A history longer than this is read by nobody. */
const MOST_REVISIONS = 200;

/** Strategies with their status, as MySQL and Redis together know them. Lists take a fixed number of round trips. */
export class StrategyReader {
  readonly #dataSource: DataSource;
  readonly #redis: Redis;
  readonly #logger: Logger;

  constructor(dataSource: DataSource, redis: Redis, logger: Logger) {
    this.#dataSource = dataSource;
    this.#redis = redis;
    this.#logger = logger;
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
    const [status] = await this.statuses([await this.row(userId, id)]);
    if (status === undefined) throw strategyNotFound(id);
    return status;
  }

  async running(userId: number): Promise<StrategyStatus[]> {
    const statuses = await this.statuses(await this.#strategies.listRunning(userId));
    return statuses.filter((status) => status.isRunning);
  }

  /** Statuses of all strategies of a user that are not deleted. */
  async allStatuses(userId: number): Promise<StrategyStatus[]> {
    return this.statuses(await this.#strategies.list(userId, 'active'));
  }

  /** Levels of the machine; empty when it was never started. @throws GridfleetError NOT_FOUND, STATE_UNREADABLE */
  async levels(userId: number, id: number): Promise<LevelDto[]> {
    const machines = await new MachineStateRepository(this.#dataSource.manager).load([
      await this.row(userId, id),
    ]);
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

  async statuses(rows: readonly StrategyRow[]): Promise<StrategyStatus[]> {
    const runIds = rows.flatMap((row) => row.currentRunId ?? []);
    const [runs, reports] = await Promise.all([
      new RunRepository(this.#dataSource.manager).byId(runIds),
      readLive(
        this.#redis,
        rows.map((row) => row.id),
      ),
    ]);
    const runOf = ({ currentRunId }: StrategyRow): RunRow | null =>
      currentRunId === null ? null : (runs.get(currentRunId) ?? null);
    const silent = rows.filter((row, i) => {
      const live = reports[i]?.live ?? null;
      return live === null || !hasFigures(runOf(row), live);
    });
    const stored = await this.#storedFigures(silent);
    return rows.map((strategy, i) =>
      composeStatus({
        strategy,
        run: runOf(strategy),
        live: reports[i]?.live ?? null,
        leased: reports[i]?.leased ?? false,
        stored: stored.get(strategy.id) ?? NO_FIGURES,
      }),
    );
  }

  async #withStatus(rows: readonly StrategyRow[]): Promise<Strategy[]> {
    const [legs, statuses] = await Promise.all([
      this.#strategies.legsOf(rows.map((row) => row.id)),
      this.statuses(rows),
    ]);
    const byId = new Map(statuses.map((status) => [status.strategyId, status]));
    return rows.flatMap((row) => {
      const status = byId.get(row.id);
      return status === undefined ? [] : [strategyDto(row, legs.get(row.id) ?? [], status)];
    });
  }

  /** Figures of the strategies nobody reports on, from the machines as they were stored. */
  async #storedFigures(rows: readonly StrategyRow[]): Promise<Map<number, StatusFigures>> {
    const figures = new Map<number, StatusFigures>();
    // Thousands at once would take longer than a statement may, and hold up everybody else.
    for (let from = 0; from < rows.length; from += MACHINES_AT_ONCE) {
      const some = await this.#figuresOfSome(rows.slice(from, from + MACHINES_AT_ONCE));
      for (const [id, one] of some) figures.set(id, one);
    }
    return figures;
  }

  async #figuresOfSome(rows: readonly StrategyRow[]): Promise<Map<number, StatusFigures>> {
    const states = new MachineStateRepository(this.#dataSource.manager);
    const machines = await states.load(rows);
    const fills = await states.fillSummaries([...machines.keys()]);
    const figures = new Map<number, StatusFigures>();
    for (const [id, machine] of machines) {
      const summary = fills.get(id);
      try {
        figures.set(id, figuresOf(viewStored(machine), summary?.fills ?? 0, summary?.lastPrice ?? null));
      } catch (err) {
        // One unreadable machine must not hide the others; its strategy is shown without figures.
        this.#logger.error({ err, strategyId: id }, 'stored machine is unreadable');
      }
    }
    return figures;
  }
}
