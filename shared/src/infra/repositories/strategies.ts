import { IsNull, Not, type EntityManager } from 'typeorm';
import type { Environment } from '../../schema/account.js';
import {
  RunRowEntity,
  StrategyLegEntity,
  StrategyRevisionEntity,
  StrategyRowEntity,
  type StrategyLeg,
  type StrategyRevision,
  type StrategyRow,
} from '../database/entities/strategy.js';

export type StrategyFilter = 'active' | 'deleted' | 'all';
export type NewLeg = Omit<StrategyLeg, 'strategyId'>;
export type LegWithVenue = StrategyLeg & { venue: string; environment: Environment };

const FILTERS = {
  active: { deletedAt: IsNull() },
  deleted: { deletedAt: Not(IsNull()) },
  all: {},
} as const satisfies Record<StrategyFilter, object>;

/** Settings beside the params that a copy takes over. */
const COPIED = ['risk_limits', 'stop_orders', 'worker_name', 'labels'];

/** Strategies, their legs and revisions. Every reader names the user: another user's rows do not exist. */
export class StrategyRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  list(userId: number, filter: StrategyFilter): Promise<StrategyRow[]> {
    return this.#manager.find(StrategyRowEntity, {
      where: { userId, isSystem: false, ...FILTERS[filter] },
      order: { id: 'ASC' },
    });
  }

  /** Deleted ones are found, too. */
  find(userId: number, id: number): Promise<StrategyRow | null> {
    return this.#manager.findOneBy(StrategyRowEntity, { id, userId });
  }

  /** As `find`, and holds the row until the transaction ends. */
  lock(userId: number, id: number): Promise<StrategyRow | null> {
    return this.#manager.findOne(StrategyRowEntity, {
      where: { id, userId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Owner of a strategy, null when there is no such strategy. */
  async ownerOf(id: number): Promise<number | null> {
    const row = await this.#manager.findOne(StrategyRowEntity, {
      select: { id: true, userId: true },
      where: { id },
    });
    return row?.userId ?? null;
  }

  /** Inserts a stopped strategy with its first revision and its legs. @returns its id. */
  async insert(
    strategy: Pick<StrategyRow, 'userId' | 'name' | 'kind' | 'params'> &
      Partial<Pick<StrategyRow, 'workerName' | 'labels' | 'isSystem'>>,
    legs: readonly NewLeg[],
  ): Promise<number> {
    const now = new Date();
    const result = await this.#manager.insert(StrategyRowEntity, {
      isSystem: false,
      ...strategy,
      revision: 1,
      desiredState: 'stopped',
      stopOrders: 'cancel-orders',
      tradingState: 'ACTIVE',
      fence: '0',
      currentRunId: null,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    const id = Number(result.identifiers[0]?.['id']);
    await this.insertRevision(id, 1, strategy.params);
    await this.replaceLegs(id, legs);
    return id;
  }

  /** A stopped strategy with everything an owner has set on another one. @returns its id. */
  async copy(source: StrategyRow, name: string): Promise<number> {
    const { userId, kind, params } = source;
    const legs = (await this.legsOf([source.id])).get(source.id) ?? [];
    const id = await this.insert(
      { userId, name, kind, params },
      legs.map(({ leg, name: legName, accountId, market }) => ({ leg, name: legName, accountId, market })),
    );
    await this.copySettings(source.id, id);
    return id;
  }

  /** What an owner has set on a strategy beside name, params and legs, on another one. */
  async copySettings(sourceId: number, id: number): Promise<void> {
    await this.#manager.query(
      `UPDATE strategy c JOIN strategy s ON s.id = ? SET ${COPIED.map((column) => `c.${column} = s.${column}`).join(', ')}
        WHERE c.id = ?`,
      [sourceId, id],
    );
  }

  async insertRevision(strategyId: number, revision: number, params: string): Promise<void> {
    await this.#manager.insert(StrategyRevisionEntity, {
      strategyId,
      revision,
      params,
      createdAt: new Date(),
    });
  }

  /** The newest revisions of a strategy. */
  async revisions(strategyId: number, limit: number): Promise<StrategyRevision[]> {
    return this.#manager.find(StrategyRevisionEntity, {
      where: { strategyId },
      order: { revision: 'DESC' },
      take: limit,
    });
  }

  async replaceLegs(strategyId: number, legs: readonly NewLeg[]): Promise<void> {
    await this.#manager.delete(StrategyLegEntity, { strategyId });
    await this.#manager.insert(
      StrategyLegEntity,
      legs.map((leg) => ({ strategyId, ...leg })),
    );
  }

  async update(
    id: number,
    change: Partial<
      Pick<
        StrategyRow,
        | 'name'
        | 'params'
        | 'revision'
        | 'desiredState'
        | 'stopOrders'
        | 'currentRunId'
        | 'deletedAt'
        | 'workerName'
        | 'labels'
      >
    >,
  ): Promise<void> {
    await this.#manager.update(StrategyRowEntity, { id }, { ...change, updatedAt: new Date() });
  }

  /** Legs with the venue of their account, in order, per strategy. */
  async legsOf(strategyIds: readonly number[]): Promise<Map<number, LegWithVenue[]>> {
    const legs = new Map<number, LegWithVenue[]>(strategyIds.map((id) => [id, []]));
    if (strategyIds.length === 0) return legs;
    const rows: LegWithVenue[] = await this.#manager.query(
      `SELECT l.strategy_id AS strategyId, l.leg, l.name, l.account_id AS accountId, l.market, a.venue, a.environment
         FROM strategy_leg l JOIN account a ON a.id = l.account_id
        WHERE l.strategy_id IN (?) ORDER BY l.strategy_id, l.leg`,
      [[...strategyIds]],
    );
    for (const row of rows) legs.get(row.strategyId)?.push(row);
    return legs;
  }

  /** Strategies, not deleted, with a leg on this account. */
  async usingAccount(
    accountId: number,
  ): Promise<Pick<StrategyRow, 'id' | 'name' | 'desiredState' | 'currentRunId'>[]> {
    const rows = await this.#manager
      .createQueryBuilder(StrategyRowEntity, 's')
      .innerJoin(StrategyLegEntity.options.name, 'l', 'l.strategyId = s.id')
      .leftJoin(RunRowEntity.options.name, 'r', 'r.id = s.currentRunId')
      .where('l.accountId = :accountId AND s.deletedAt IS NULL', { accountId })
      // An operator's order that is over needs its account no more.
      .andWhere("(s.isSystem = 0 OR r.state NOT IN ('stopped', 'failed'))")
      .getMany();
    return [...new Map(rows.map((row) => [row.id, row])).values()];
  }
}
