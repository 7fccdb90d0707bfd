import type { DataSource } from 'typeorm';
import {
  beginRiskState,
  needsWatching,
  stepRisk,
  type RiskLimits,
  type RiskVerdict,
} from '@gridfleet/shared/domain';
import { appendAudit, readTradingState, setTradingState, type Logger } from '@gridfleet/shared/infra';
import type { RiskScope } from '@gridfleet/shared/schema';
import { withDeadline } from '../util/deadline.js';
import { RISK, tradingScopeOf, type RiskKey, type RiskStore } from './risk-store.js';
import type { TradingGate } from './trading-gate.js';

const DEADLINE_MS = 8_000;
const EVERY_MS = 1_000;

/**
 * Judges accounts and the platform by their limits on losses, and ends stops whose time is over. Every node does it;
 * rows are locked, so that it happens once.
 */
export class ScopeWatch {
  readonly #database: DataSource;
  readonly #store: RiskStore;
  readonly #gate: TradingGate;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(database: DataSource, store: RiskStore, gate: TradingGate, log: Logger) {
    this.#database = database;
    this.#store = store;
    this.#gate = gate;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#busy) return;
      this.#busy = true;
      this.look(Date.now())
        .catch((error: unknown) => this.#log.warn({ err: error }, 'risk was not judged; again soon'))
        .finally(() => (this.#busy = false));
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(now: number): Promise<void> {
    await this.#resume(now);
    for (const { table, id, rule } of this.#gate.scopes()) {
      const { limits, state } = rule;
      if (state !== 'ACTIVE' || limits === 'unreadable' || !needsWatching(limits)) continue;
      const key: RiskKey = table === 'installation' ? { scope: 'platform', id: 0 } : { scope: 'account', id };
      await this.#judge(key, limits, now);
    }
  }

  /** Cool-downs that are over, and days that have begun. */
  async #resume(now: number): Promise<void> {
    const due: { scope: RiskScope; scope_id: number }[] = await withDeadline(
      this.#database.query('SELECT scope, scope_id FROM risk_state WHERE resume_at <= ?', [new Date(now)]),
      DEADLINE_MS,
      'reading risk states',
    );
    for (const { scope, scope_id: id } of due) {
      await this.#store.transaction(async (manager) => {
        const [row]: { stop_code: string | null }[] = await manager.query(
          'SELECT stop_code FROM risk_state WHERE scope = ? AND scope_id = ? AND resume_at <= ? FOR UPDATE',
          [scope, id, new Date(now)],
        );
        if (row === undefined) return;
        const trading = tradingScopeOf({ scope, id });
        const before = await readTradingState(manager, trading);
        await manager.query(
          'UPDATE risk_state SET stop_code = NULL, resume_at = NULL WHERE scope = ? AND scope_id = ?',
          [scope, id],
        );
        // Somebody may have set another state meanwhile; that stands.
        if (before?.changedBy !== RISK || before.reason?.code !== row.stop_code) return;
        await setTradingState(manager, trading, 'ACTIVE', null, RISK);
        await appendAudit(manager, {
          userId: null,
          actor: RISK,
          action: 'risk.resume',
          target: `${scope} ${id}`,
          details: { before: { state: before.state, code: row.stop_code }, after: { state: 'ACTIVE' } },
        });
      });
    }
  }

  async #judge(key: RiskKey, limits: RiskLimits, now: number): Promise<void> {
    const isAccount = key.scope === 'account';
    const [sums]: { total: string; about: number | null }[] = await withDeadline(
      this.#database.query(
        `SELECT COALESCE(SUM(total_pnl), 0) AS total, MIN(strategy_id) AS about FROM strategy_exposure
          ${isAccount ? 'WHERE account_id = ?' : ''}`,
        isAccount ? [key.id] : [],
      ),
      DEADLINE_MS,
      'reading profits',
    );
    if (sums === undefined || sums.about === null) return;
    const { about } = sums;
    const known = await this.#store.load(key);
    const before = known ?? beginRiskState(sums.total, await this.#store.newestCycle(key), now);
    const cycles =
      limits.maxConsecutiveLosses === undefined ? [] : await this.#store.cyclesAfter(key, before.lastCycleId);
    let state = before;
    const verdicts: RiskVerdict[] = [];
    for (const event of [...cycles, { type: 'mark' as const, total: sums.total, held: null, price: null }]) {
      const step = stepRisk(limits, state, event, now);
      state = step.state;
      verdicts.push(...step.verdicts);
    }
    if (state !== known) await this.#store.save(key, state);
    const breach = verdicts.find(({ level }) => level === 'breach');
    if (breach !== undefined) {
      const isDone = await this.#store.stop(key, about, state, breach, 'sell', now);
      if (isDone) this.#log.warn({ ...key, code: breach.code }, breach.message);
    } else {
      for (const warning of verdicts) await this.#store.warn(key, about, warning, now);
    }
  }
}
