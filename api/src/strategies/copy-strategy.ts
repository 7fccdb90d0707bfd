import type { DataSource } from 'typeorm';
import { AccountRepository, returnFills, StrategyRepository } from '@gridfleet/shared/infra';
import { GridfleetError, type CopyRequest } from '@gridfleet/shared/schema';
import type { Publisher } from '../events/publisher.js';
import type { StrategyEditor } from './edit-strategy.js';
import { strategyNotFound } from './strategy-errors.js';

const NAME_LENGTH = 100;
const SUFFIX = ' (copy)';

function nameOfCopy(name: string): string {
  // A cut through a pair of surrogates would leave half a character.
  const cut = name.slice(0, NAME_LENGTH - SUFFIX.length).replace(/[\uD800-\uDBFF]$/, '');
  return cut + SUFFIX;
}

/** Copies strategies and brings deleted ones back. */
export class StrategyCopier {
  readonly #dataSource: DataSource;
  readonly #editor: StrategyEditor;
  readonly #publisher: Publisher;

  constructor(dataSource: DataSource, editor: StrategyEditor, publisher: Publisher) {
    this.#dataSource = dataSource;
    this.#editor = editor;
    this.#publisher = publisher;
  }

  /**
   * Another account or market makes a new plan, which is checked; every other setting is the same to the last field.
   * @returns id of the copy, which is stopped.
   * @throws GridfleetError NOT_FOUND, ACCOUNT_INACTIVE, and as StrategyEditor.create
   */
  async copy(userId: number, id: number, { name, accountId, market }: CopyRequest): Promise<number> {
    const strategies = new StrategyRepository(this.#dataSource.manager);
    const row = await strategies.find(userId, id);
    if (row === null || row.isSystem) throw strategyNotFound(id);
    const title = name?.trim() ?? nameOfCopy(row.name);
    if (accountId !== undefined || market !== undefined) {
      const legs = (await strategies.legsOf([id])).get(id) ?? [];
      const placed = await this.#editor.create(userId, {
        name: title,
        kind: row.kind,
        params: JSON.parse(row.params) as Record<string, unknown>,
        legs: legs.map((leg, i) => ({
          name: leg.name,
          accountId: i === 0 ? (accountId ?? leg.accountId) : leg.accountId,
          market: i === 0 ? (market ?? leg.market) : leg.market,
        })),
      });
      await strategies.copySettings(id, placed);
      return placed;
    }
    const copied = await this.#dataSource.transaction(async (tx) => {
      const repository = new StrategyRepository(tx);
      const accounts = new AccountRepository(tx);
      const legs = (await repository.legsOf([id])).get(id) ?? [];
      const ids = [...new Set(legs.map((leg) => leg.accountId))].sort((a, b) => a - b);
      for (const one of ids) {
        if ((await accounts.lock(userId, one)) === null) {
          throw new GridfleetError('ACCOUNT_INACTIVE', `Account ${one} has been deleted; name another one`);
        }
      }
      return repository.copy(row, title);
    });
    await this.#publisher.strategyChanged(copied);
    return copied;
  }

  /** A strategy that is not deleted stays as it is. It comes back stopped, with its archived trades. @throws GridfleetError NOT_FOUND */
  async restore(userId: number, id: number): Promise<void> {
    await this.#dataSource.transaction(async (tx) => {
      const strategies = new StrategyRepository(tx);
      const row = await strategies.lock(userId, id);
      if (row === null) throw strategyNotFound(id);
      if (row.deletedAt === null) return;
      await strategies.update(id, { deletedAt: null });
      await returnFills(tx, id);
    });
    await this.#publisher.strategyChanged(id);
  }
}
