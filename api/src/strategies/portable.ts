import type { DataSource } from 'typeorm';
import {
  AccountRepository,
  listStrategies,
  placementOf,
  StrategyRepository,
  type AccountRow,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type ImportRequest,
  type ImportResult,
  type PortableStrategy,
  type StrategyFile,
} from '@gridfleet/shared/schema';
import { eachLimited, failureOf } from './batch.js';
import type { StrategyEditor } from './edit-strategy.js';
import { strategyNotFound } from './strategy-errors.js';

/** Strategies of one export. */
const MAX_EXPORTED = 1000;

/** Strategies as a file: accounts by label, no ids, no secrets. */
export class StrategyFiles {
  readonly #dataSource: DataSource;
  readonly #editor: StrategyEditor;

  constructor(dataSource: DataSource, editor: StrategyEditor) {
    this.#dataSource = dataSource;
    this.#editor = editor;
  }

  /** @param ids null for all that are not deleted. @throws GridfleetError NOT_FOUND for an id that is not the user's */
  async export(userId: number, ids: readonly number[] | null): Promise<StrategyFile> {
    const { manager } = this.#dataSource;
    const strategies = new StrategyRepository(manager);
    const rows = ids === null ? await this.#all(userId) : await this.#named(userId, ids);
    const legs = await strategies.legsOf(rows.map((row) => row.id));
    const labels = new Map((await new AccountRepository(manager).list(userId)).map((row) => [row.id, row]));
    return {
      format: 'gridfleet.strategies',
      version: 1,
      exportedAt: new Date().toISOString(),
      strategies: rows.map((row) => ({
        name: row.name,
        kind: row.kind,
        params: JSON.parse(row.params) as PortableStrategy['params'],
        legs: (legs.get(row.id) ?? []).map(({ name, market, accountId, venue, environment }) => ({
          name,
          market,
          account: { label: labels.get(accountId)?.label ?? '', venue, environment },
        })),
        ...placementOf(row),
      })),
    };
  }

  async #all(userId: number): Promise<StrategyRow[]> {
    const page = await listStrategies(this.#dataSource.manager, userId, { limit: MAX_EXPORTED });
    return page?.items ?? [];
  }

  async #named(userId: number, ids: readonly number[]): Promise<StrategyRow[]> {
    const strategies = new StrategyRepository(this.#dataSource.manager);
    return Promise.all(
      ids.map(async (id) => {
        const row = await strategies.find(userId, id);
        if (row === null || row.isSystem) throw strategyNotFound(id);
        return row;
      }),
    );
  }

  /** Creates every strategy of the file that its plan gate accepts; the others say why not. */
  async import(userId: number, { file, accounts: chosen = {} }: ImportRequest): Promise<ImportResult> {
    const accounts = await new AccountRepository(this.#dataSource.manager).list(userId);
    const items = await eachLimited(file.strategies, async (strategy, index) => {
      try {
        const legs = strategy.legs.map(({ name, market, account }) => ({
          name,
          market,
          accountId: accountFor(account, accounts, chosen),
        }));
        const id = await this.#editor.create(userId, { ...strategy, legs });
        return { index, ok: true, id, code: 'OK', message: 'Created.' };
      } catch (error) {
        return { index, ok: false, ...failureOf(error) };
      }
    });
    const success = items.filter(({ ok }) => ok).length;
    return { success, failed: items.length - success, items };
  }
}

/** @throws GridfleetError ACCOUNT_AMBIGUOUS when none or several accounts fit */
function accountFor(
  wanted: PortableStrategy['legs'][number]['account'],
  accounts: readonly AccountRow[],
  chosen: Readonly<Record<string, number>>,
): number {
  const id = Object.hasOwn(chosen, wanted.label) ? chosen[wanted.label] : undefined;
  if (id !== undefined) return id;
  const fitting = accounts.filter(
    ({ label, venue, environment }) =>
      label === wanted.label && venue === wanted.venue && environment === wanted.environment,
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.id;
  const many = fitting.length === 0 ? 'no account' : 'several accounts';
  throw new GridfleetError(
    'ACCOUNT_AMBIGUOUS',
    `The file fits ${many} with the label "${wanted.label}" at ${wanted.venue} (${wanted.environment})`,
  );
}
