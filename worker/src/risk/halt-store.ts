import type { DataSource } from 'typeorm';
import { appendAudit, RunRepository, setTradingState } from '@gridfleet/shared/infra';
import type { HaltOrders, HaltProgress, RiskScope } from '@gridfleet/shared/schema';
import { withDeadline } from '../util/deadline.js';
import { tradingScopeOf, type RiskKey } from './risk-store.js';

const DEADLINE_MS = 8_000;
/** A node that has not said so for this long no longer works on its halt. */
const LEASE_SECONDS = 10;

export interface Halt {
  id: number;
  key: RiskKey;
  orders: HaltOrders;
  createdAt: number;
  progress: StoredProgress | null;
}

/** Progress with what only the runner needs to know. */
export type StoredProgress = HaltProgress & {
  /** Strategies have been told to close what they hold. */
  begun: boolean;
};

/** An account and market in which a scope may have orders. */
export interface HaltMarket {
  accountId: number;
  market: string;
}

interface HaltRow {
  id: number;
  scope: RiskScope;
  scope_id: number;
  orders: HaltOrders;
  created_at: Date;
  progress: string | null;
}

/** Condition on `strategy s` for a scope. */
const IN_SCOPE: Readonly<Record<RiskScope, string>> = {
  platform: 'TRUE',
  account: 's.id IN (SELECT l.strategy_id FROM strategy_leg l WHERE l.account_id = ?)',
  strategy: 's.id = ?',
};
const paramsOf = ({ scope, id }: RiskKey): number[] => (scope === 'platform' ? [] : [id]);

/** Halts in MySQL, and what they need to know of strategies and orders. */
export class HaltStore {
  readonly #database: DataSource;

  constructor(database: DataSource) {
    this.#database = database;
  }

  /** Halts this node works on from here: its own, new ones, and those whose node has gone silent. */
  async claim(node: string): Promise<Halt[]> {
    await this.#query(
      `UPDATE halt SET node = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND
        WHERE state = 'running' AND (node = ? OR lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3))`,
      [node, node],
    );
    const rows = await this.#query<HaltRow[]>(
      "SELECT id, scope, scope_id, orders, created_at, progress FROM halt WHERE state = 'running' AND node = ?",
      [node],
    );
    return rows.map((row) => ({
      id: row.id,
      key: { scope: row.scope, id: row.scope_id },
      orders: row.orders,
      createdAt: row.created_at.getTime(),
      progress: row.progress === null ? null : (JSON.parse(row.progress) as StoredProgress),
    }));
  }

  /** Of the client order ids of all lives of this installation. */
  async salts(): Promise<string[]> {
    const [row] = await this.#query<{ epoch_salt: string; former_salts: string }[]>(
      'SELECT epoch_salt, former_salts FROM installation WHERE id = 1',
      [],
    );
    return `${row?.epoch_salt ?? ''},${row?.former_salts ?? ''}`.split(',').filter(Boolean);
  }

  /** Where the scope's strategies trade or have unfinished orders. */
  markets(key: RiskKey): Promise<HaltMarket[]> {
    const { scope } = key;
    const ofAccount = scope === 'account' ? ' AND l.account_id = ?' : '';
    return this.#query<{ account_id: number; market: string }[]>(
      `SELECT DISTINCT l.account_id, l.market FROM strategy_leg l JOIN strategy s ON s.id = l.strategy_id
         JOIN account a ON a.id = l.account_id
        WHERE ${IN_SCOPE[scope]}${ofAccount} AND a.deleted_at IS NULL
          AND EXISTS (SELECT 1 FROM run r WHERE r.strategy_id = s.id)`,
      [...paramsOf(key), ...(scope === 'account' ? [key.id] : [])],
    ).then((rows) => rows.map(({ account_id: accountId, market }) => ({ accountId, market })));
  }

  /** Orders of the scope whose fate nobody knows: they may still come to rest at the exchange. */
  async unresolved(key: RiskKey): Promise<number> {
    const condition = { platform: '', account: ' AND account_id = ?', strategy: ' AND strategy_id = ?' };
    const [row] = await this.#query<{ n: string }[]>(
      `SELECT COUNT(*) AS n FROM orders WHERE is_final = 0 AND state IN ('intent', 'sent')${condition[key.scope]}`,
      paramsOf(key),
    );
    return Number(row?.n ?? 0);
  }

  /** Tells every strategy of the scope to close what it holds, those that are stopped as well. @returns their ids */
  async beginClosing(key: RiskKey): Promise<number[]> {
    return this.#database.transaction(async (manager) => {
      const rows: { id: number; position: string | null; busy: string }[] = await manager.query(
        `SELECT s.id, e.position, EXISTS (SELECT 1 FROM run r WHERE r.strategy_id = s.id
            AND r.state NOT IN ('stopped', 'failed')) AS busy
           FROM strategy s LEFT JOIN strategy_exposure e ON e.strategy_id = s.id
          WHERE ${IN_SCOPE[key.scope]} AND s.current_run_id IS NOT NULL FOR UPDATE`,
        paramsOf(key),
      );
      const concerned = rows.filter(
        ({ position, busy }) => Number(busy) === 1 || Number(position ?? 0) !== 0,
      );
      for (const { id, position, busy } of concerned) {
        const exit = Number(position ?? 0) < 0 ? 'buy' : 'sell';
        await manager.query("UPDATE strategy SET desired_state = 'stopped', stop_orders = ? WHERE id = ?", [
          exit,
          id,
        ]);
        if (Number(busy) === 1) continue;
        // A run that is wanted stopped from its first moment sells and ends; the supervisor finds it a node.
        const runId = await new RunRepository(manager).insertQueued(id);
        await manager.query('UPDATE strategy SET current_run_id = ? WHERE id = ?', [runId, id]);
      }
      return concerned.map(({ id }) => id);
    });
  }

  /** Strategies of the scope with a run that has not ended. */
  async closing(key: RiskKey): Promise<number> {
    const [row] = await this.#query<{ n: string }[]>(
      `SELECT COUNT(DISTINCT s.id) AS n FROM strategy s JOIN run r ON r.strategy_id = s.id
        WHERE ${IN_SCOPE[key.scope]} AND r.state NOT IN ('stopped', 'failed')`,
      paramsOf(key),
    );
    return Number(row?.n ?? 0);
  }

  /** Whether the scope is still under the halt: ACTIVE means that somebody has resumed. */
  async isInForce({ scope, id }: RiskKey): Promise<boolean> {
    const table = { platform: 'installation', account: 'account', strategy: 'strategy' }[scope];
    const [row] = await this.#query<{ trading_state: string }[]>(
      `SELECT trading_state FROM ${table} WHERE id = ?`,
      [scope === 'platform' ? 1 : id],
    );
    return row !== undefined && row.trading_state !== 'ACTIVE';
  }

  /** All is sold: from here on nothing new leaves at all. */
  async close(halt: Halt): Promise<void> {
    await this.#database.transaction((manager) =>
      setTradingState(
        manager,
        tradingScopeOf(halt.key),
        'HALTED',
        { code: 'OPERATOR_HALT', message: 'Halted; what was held has been sold.' },
        'halt',
      ),
    );
  }

  async report(halt: Halt, progress: StoredProgress): Promise<void> {
    await this.#query("UPDATE halt SET progress = ? WHERE id = ? AND state = 'running'", [
      JSON.stringify(progress),
      halt.id,
    ]);
  }

  async end(halt: Halt, state: 'done' | 'ended', progress: StoredProgress): Promise<void> {
    await this.#database.transaction(async (manager) => {
      await manager.query(
        'UPDATE halt SET state = ?, progress = ?, done_at = UTC_TIMESTAMP(3) WHERE id = ?',
        [state, JSON.stringify(progress), halt.id],
      );
      await appendAudit(manager, {
        userId: null,
        actor: 'halt',
        action: `halt.${state}`,
        target: `halt ${halt.id}`,
        details: { after: progress },
      });
    });
  }

  #query<T>(sql: string, params: unknown[]): Promise<T> {
    return withDeadline(this.#database.query(sql, params), DEADLINE_MS, 'a query about a halt');
  }
}
