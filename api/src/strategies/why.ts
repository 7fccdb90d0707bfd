import type { DataSource } from 'typeorm';
import {
  AccountRepository,
  readTradingState,
  RefusalRepository,
  StrategyRepository,
  type TradingScope,
} from '@gridfleet/shared/infra';
import { GridfleetError, type LevelDto, type StrategyWhy } from '@gridfleet/shared/schema';
import { refusalDto } from './strategy-dto.js';
import type { StrategyReader } from './strategy-reader.js';

type Scope = StrategyWhy['trading'][number];

/** Why a strategy has no orders, or not all of them. */
export class StrategyReasons {
  readonly #dataSource: DataSource;
  readonly #reader: StrategyReader;

  constructor(dataSource: DataSource, reader: StrategyReader) {
    this.#dataSource = dataSource;
    this.#reader = reader;
  }

  /** @throws GridfleetError NOT_FOUND */
  async of(userId: number, id: number): Promise<StrategyWhy> {
    const { manager } = this.#dataSource;
    const row = await this.#reader.row(userId, id);
    const [status, levels, refusals, legs] = await Promise.all([
      this.#reader.status(userId, id),
      this.#levels(userId, id),
      new RefusalRepository(manager).standing(id),
      new StrategyRepository(manager).legsOf([id]),
    ]);
    const accountIds = [...new Set((legs.get(id) ?? []).map((leg) => leg.accountId))];
    const accounts = await Promise.all(
      accountIds.map(async (accountId) => {
        const account = await new AccountRepository(manager).find(userId, accountId);
        return this.#scope('account', account?.label ?? `account ${accountId}`, {
          of: 'account',
          id: accountId,
        });
      }),
    );
    const trading = [
      ...(await this.#scope('platform', 'platform', { of: 'platform' })),
      ...accounts.flat(),
      ...(await this.#scope('strategy', row.name, { of: 'strategy', id })),
    ];
    return {
      desiredState: status.desiredState,
      state: status.state,
      reason: status.reason,
      lastError: status.lastError,
      trading,
      refusals: refusals.map(refusalDto),
      waiting: levels.filter(({ state }) => state === 'waiting'),
    };
  }

  /** Without levels when their machine cannot be read: the run's reason says that. */
  async #levels(userId: number, id: number): Promise<LevelDto[]> {
    return this.#reader.levels(userId, id).catch((error: unknown) => {
      if (error instanceof GridfleetError && error.code === 'STATE_UNREADABLE') return [];
      throw error;
    });
  }

  async #scope(scope: Scope['scope'], name: string, of: TradingScope): Promise<Scope[]> {
    const info = await readTradingState(this.#dataSource.manager, of);
    if (info === null) return [];
    const { state, reason, changedBy, changedAt } = info;
    return [{ scope, name, state, reason, changedBy, changedAt: changedAt?.toISOString() ?? null }];
  }
}
