import { In, type DataSource, type EntityManager } from 'typeorm';
import { dec, Decimal, ZERO, type DecimalString, type Reason } from '@gridfleet/shared/domain';
import {
  ForeignOrderRepository,
  OrderRowEntity,
  readTradingState,
  ReservationRowEntity,
  setTradingState,
  type OrderRow,
  type SeenOrder,
} from '@gridfleet/shared/infra';
import type { TradingState } from '@gridfleet/shared/schema';
import { withDeadline } from '../util/deadline.js';
import type { AccountBalance } from '../venue/venue.js';
import { correction } from './correction.js';
import { recordBalances, type ResourceVersions } from './record-balances.js';
import { inTransaction } from './transaction.js';

const DEADLINE_MS = 8_000;
/** Author of what reconciliation changes. */
export const RECONCILIATION = 'reconciliation';

export type OrphanPolicy = 'cancel' | 'adopt' | 'report';

/** What the books say of an order somebody found on an account. */
export type KnownOrder = Pick<OrderRow, 'clientOrderId' | 'strategyId' | 'state' | 'isFinal'>;

/** What reconciliation reads and writes of an account in MySQL. */
export class AccountStore {
  readonly #database: DataSource;

  constructor(database: DataSource) {
    this.#database = database;
  }

  async versions(accountId: number, resources: readonly string[]): Promise<ResourceVersions> {
    const rows = await withDeadline(
      this.#database.getRepository(ReservationRowEntity).findBy({ accountId, resource: In([...resources]) }),
      DEADLINE_MS,
      'reading reservations',
    );
    return new Map(rows.map((row) => [row.resource, row.version]));
  }

  /** Takes over balances; see `recordBalances`. */
  recordBalances(
    accountId: number,
    resources: readonly string[],
    balances: readonly AccountBalance[],
    before: ResourceVersions,
    readAt: Date,
  ): Promise<void> {
    return recordBalances(this.#database, { accountId, resources, balances, before, readAt });
  }

  /** What an account has beside what orders of ours and of others hold; an asset that is not known is absent. */
  async free(accountId: number, resources: readonly string[]): Promise<Map<string, DecimalString>> {
    const rows = await withDeadline(
      this.#database.getRepository(ReservationRowEntity).findBy({ accountId, resource: In([...resources]) }),
      DEADLINE_MS,
      'reading reservations',
    );
    return new Map(
      rows.map(({ resource, total, foreignLocked, reserved }) => [
        resource,
        Decimal.max(ZERO, dec(total).minus(foreignLocked).minus(reserved)).toFixed(),
      ]),
    );
  }

  /**
   * What is known of orders with these client order ids, whichever strategy they belong to. Strategies that share an
   * account look through each other's orders here again and again: only what they judge by is read.
   */
  async rowsOf(accountId: number, clientOrderIds: readonly string[]): Promise<KnownOrder[]> {
    if (clientOrderIds.length === 0) return [];
    return withDeadline(
      this.#database.getRepository(OrderRowEntity).find({
        where: { accountId, clientOrderId: In([...clientOrderIds]) },
        select: { clientOrderId: true, strategyId: true, state: true, isFinal: true },
      }),
      DEADLINE_MS,
      'reading orders',
    );
  }

  async orphanPolicy(accountId: number): Promise<OrphanPolicy> {
    const [row]: { orphan_policy: OrphanPolicy }[] = await withDeadline(
      this.#database.query('SELECT orphan_policy FROM account WHERE id = ?', [accountId]),
      DEADLINE_MS,
      'reading an account',
    );
    return row?.orphan_policy ?? 'report';
  }

  /** What operators have decided about orphans of a market, by exchange id. */
  async orphanDecisions(accountId: number, market: string): Promise<Map<string, OrphanPolicy>> {
    const rows: { exchange_order_id: string; decision: OrphanPolicy }[] = await withDeadline(
      this.#database.query(
        `SELECT exchange_order_id, decision FROM foreign_order
          WHERE account_id = ? AND market = ? AND decision IS NOT NULL`,
        [accountId, market],
      ),
      DEADLINE_MS,
      'reading decisions',
    );
    return new Map(rows.map((row) => [row.exchange_order_id, row.decision]));
  }

  async recordForeign(
    accountId: number,
    market: string,
    seen: readonly SeenOrder[],
    now: Date,
  ): Promise<void> {
    await this.#transaction((manager) =>
      new ForeignOrderRepository(manager).record(accountId, market, seen, now),
    );
  }

  async note(
    strategyId: number | null,
    accountId: number,
    cause: string,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    await this.#transaction((manager) => journal(manager, strategyId, accountId, cause, before, after));
  }

  /**
   * Sets a strategy's trading state because of what was found, unless somebody has set a stricter or another one: only
   * ACTIVE and reconciliation's own word are overwritten. What is halted, only a person resumes.
   * @returns whether it changed
   */
  async judgeStrategy(
    strategyId: number,
    accountId: number,
    state: TradingState,
    reason: Reason | null,
  ): Promise<boolean> {
    const known = await withDeadline(
      readTradingState(this.#database.manager, { of: 'strategy', id: strategyId }),
      DEADLINE_MS,
      'reading a trading state',
    );
    if (known === null || known.state === state || known.state === 'HALTED') return false;
    return this.#transaction(async (manager) => {
      await manager.query('SELECT id FROM strategy WHERE id = ? FOR UPDATE', [strategyId]);
      const now = await readTradingState(manager, { of: 'strategy', id: strategyId });
      if (now === null || now.state === state || now.state === 'HALTED') return false;
      if (now.state !== 'ACTIVE' && now.changedBy !== RECONCILIATION) return false;
      await setTradingState(manager, { of: 'strategy', id: strategyId }, state, reason, RECONCILIATION);
      const cause = reason?.code ?? `${now.reason?.code ?? 'STATE'}_OVER`;
      await journal(manager, strategyId, accountId, cause, { state: now.state }, { state, reason });
      return true;
    });
  }

  #transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return inTransaction(this.#database, DEADLINE_MS, work);
  }
}

async function journal(manager: EntityManager, ...entry: Parameters<typeof correction>): Promise<void> {
  const { sql, params } = correction(...entry);
  await manager.query(sql, [...params]);
}
