import type { DataSource, EntityManager } from 'typeorm';
import { Value } from 'typebox/value';
import { RiskState, type RiskCycle, type RiskVerdict } from '@gridfleet/shared/domain';
import { appendAudit, readTradingState, setTradingState, type TradingScope } from '@gridfleet/shared/infra';
import type { RiskScope } from '@gridfleet/shared/schema';
import { Batch } from '../run/batch.js';
import { addNotice } from '../run/risk-writer.js';
import { withDeadline } from '../util/deadline.js';

const DEADLINE_MS = 8_000;
/** Author of what limits change. */
export const RISK = 'risk';

/** A scope of risk; the platform's id is 0. */
export interface RiskKey {
  scope: RiskScope;
  id: number;
}

export function tradingScopeOf({ scope, id }: RiskKey): TradingScope {
  return scope === 'platform' ? { of: 'platform' } : { of: scope, id };
}

/** What limits on losses remember and change, in MySQL. */
export class RiskStore {
  readonly #database: DataSource;

  constructor(database: DataSource) {
    this.#database = database;
  }

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return withDeadline(this.#database.transaction(work), DEADLINE_MS, 'a database transaction');
  }

  /** The remembered state; null when there is none, or none that parses. */
  async load(
    { scope, id }: RiskKey,
    manager: EntityManager = this.#database.manager,
  ): Promise<RiskState | null> {
    const [row]: { state: string }[] = await withDeadline(
      manager.query('SELECT state FROM risk_state WHERE scope = ? AND scope_id = ? FOR UPDATE', [scope, id]),
      DEADLINE_MS,
      'reading the risk state',
    );
    if (row === undefined) return null;
    const state: unknown = JSON.parse(row.state);
    return Value.Check(RiskState, state) ? state : null;
  }

  async save(
    { scope, id }: RiskKey,
    state: RiskState,
    manager: EntityManager = this.#database.manager,
  ): Promise<void> {
    await withDeadline(
      manager.query(
        `INSERT INTO risk_state (scope, scope_id, state, updated_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))
           ON DUPLICATE KEY UPDATE state = VALUES(state), updated_at = VALUES(updated_at)`,
        [scope, id, JSON.stringify(state)],
      ),
      DEADLINE_MS,
      'writing the risk state',
    );
  }

  /** Id of the newest cycle of a scope, "0" without any. */
  async newestCycle(key: RiskKey): Promise<string> {
    const [row]: { id: string | null }[] = await withDeadline(
      this.#database.query(`SELECT MAX(c.id) AS id FROM cycle c ${WHERE[key.scope]}`, params(key)),
      DEADLINE_MS,
      'reading cycles',
    );
    return row?.id ?? '0';
  }

  /** Cycles after one, oldest first, at most 500. */
  async cyclesAfter(key: RiskKey, after: string): Promise<RiskCycle[]> {
    const rows: { id: string; net: string; completed_at: Date }[] = await withDeadline(
      this.#database.query(
        `SELECT c.id, c.net, c.completed_at FROM cycle c ${WHERE[key.scope]} AND c.id > CAST(? AS UNSIGNED)
          ORDER BY c.id LIMIT 500`,
        [...params(key), after],
      ),
      DEADLINE_MS,
      'reading cycles',
    );
    return rows.map(({ id, net, completed_at: at }) => ({ type: 'cycle', id, net, time: at.getTime() }));
  }

  /**
   * Puts a scope whose limit was broken under REDUCING, unless somebody has already taken it out of ACTIVE. The state,
   * when it ends, the notice and the order to sell what is held are one transaction.
   * @param about a strategy of the scope, whose user is told
   * @returns whether it was done
   */
  async stop(
    key: RiskKey,
    about: number,
    state: RiskState,
    verdict: RiskVerdict,
    exit: 'sell' | 'buy',
    now: number,
  ): Promise<boolean> {
    const { code, message, resumeAt, close } = verdict;
    return this.transaction(async (manager) => {
      const scope = tradingScopeOf(key);
      const table = { platform: 'installation', account: 'account', strategy: 'strategy' }[key.scope];
      await manager.query(`SELECT id FROM ${table} WHERE id = ? FOR UPDATE`, [
        key.scope === 'platform' ? 1 : key.id,
      ]);
      const before = await readTradingState(manager, scope);
      if (before?.state !== 'ACTIVE') return false;
      await setTradingState(manager, scope, 'REDUCING', { code, message }, RISK);
      await this.save(key, state, manager);
      await manager.query(
        'UPDATE risk_state SET stop_code = ?, resume_at = ? WHERE scope = ? AND scope_id = ?',
        [code, resumeAt === null ? null : new Date(resumeAt), key.scope, key.id],
      );
      if (close && key.scope === 'strategy') {
        await manager.query(
          "UPDATE strategy SET desired_state = 'stopped', stop_orders = ? WHERE id = ? AND desired_state = 'running'",
          [exit, key.id],
        );
      }
      await this.#notice(manager, key, about, verdict, now);
      await appendAudit(manager, {
        userId: null,
        actor: RISK,
        action: 'risk.stop',
        target: `${key.scope} ${key.id}`,
        details: { before: { state: before.state }, after: { state: 'REDUCING', code, close }, message },
      });
      return true;
    });
  }

  async warn(key: RiskKey, about: number, verdict: RiskVerdict, now: number): Promise<void> {
    await this.transaction((manager) => this.#notice(manager, key, about, verdict, now));
  }

  async #notice(
    manager: EntityManager,
    { scope, id }: RiskKey,
    about: number,
    { code, level, message, used, limit }: RiskVerdict,
    now: number,
  ): Promise<void> {
    const batch = new Batch();
    const time = new Date(now).toISOString();
    addNotice(batch, about, { scope, scopeId: id, code, level, message, used, limit, time });
    for (const { sql, params: values } of batch.statements) await manager.query(sql, [...values]);
  }
}

/** Conditions on `cycle c`, and their parameters. */
const WHERE: Readonly<Record<RiskScope, string>> = {
  platform: 'WHERE TRUE',
  account: 'WHERE c.strategy_id IN (SELECT l.strategy_id FROM strategy_leg l WHERE l.account_id = ?)',
  strategy: 'WHERE c.strategy_id = ?',
};

function params({ scope, id }: RiskKey): number[] {
  return scope === 'platform' ? [] : [id];
}
