import type { DataSource, EntityManager } from 'typeorm';
import { Value } from 'typebox/value';
import { dec, DEFAULT_LIMITS, needsWatching, RiskLimits, STRATEGY_ONLY } from '@gridfleet/shared/domain';
import {
  GridfleetError,
  type ErrorDetail,
  type RiskLimitsDto,
  type RiskNotice,
  type RiskScope,
  type RiskScopeQuery,
} from '@gridfleet/shared/schema';
import { requireOwner } from '../http/access.js';
import type { Requester } from '../http/identity.js';
import { checkScope, type CheckedScope } from './scope.js';

const NOTICES = 200;

/** Stored limits of platform, account and strategy, and what came of them. */
export class LimitsService {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** @throws GridfleetError NOT_FOUND, VALIDATION_FAILED */
  async get(userId: number, { scope, id }: RiskScopeQuery): Promise<RiskLimitsDto> {
    const { manager } = this.#dataSource;
    return read(manager, await checkScope(manager, userId, scope, id));
  }

  /**
   * Replaces the limits; in force with the next order.
   * @throws GridfleetError NOT_FOUND, VALIDATION_FAILED, FORBIDDEN (the platform's are an owner's)
   */
  async set(
    requester: Requester,
    userId: number,
    { scope, id }: RiskScopeQuery,
    limits: RiskLimits | null,
  ): Promise<RiskLimitsDto> {
    if (scope === 'platform') requireOwner(requester);
    const problems = limits === null ? [] : problemsOf(scope, limits);
    if (problems.length > 0)
      throw new GridfleetError('VALIDATION_FAILED', 'These limits do not fit', problems);
    return this.#dataSource.transaction(async (manager) => {
      const checked = await checkScope(manager, userId, scope, id);
      const before = await read(manager, checked);
      await manager.query(`UPDATE ${checked.table} SET risk_limits = ? WHERE id = ?`, [
        limits === null ? null : JSON.stringify(limits),
        checked.rowId,
      ]);
      const after = limits ?? DEFAULT_LIMITS[scope];
      // Losses count from the moment somebody wants them watched.
      if (needsWatching(after) && !needsWatching(before.limits)) {
        await manager.query('DELETE FROM risk_state WHERE scope = ? AND scope_id = ?', [scope, checked.id]);
      }
      return read(manager, checked);
    });
  }

  /** Warnings and breaches of the user's and of the platform's limits, newest first. */
  async notices(userId: number): Promise<RiskNotice[]> {
    const rows: {
      scope: RiskScope;
      scope_id: number;
      code: string;
      level: RiskNotice['level'];
      message: string;
      used: string;
      bound: string;
      created_at: Date;
    }[] = await this.#dataSource.query(
      `SELECT scope, scope_id, code, level, message, used, bound, created_at FROM risk_event
        WHERE user_id = ? OR scope = 'platform' ORDER BY id DESC LIMIT ${NOTICES}`,
      [userId],
    );
    return rows.map((row) => ({
      scope: row.scope,
      scopeId: row.scope_id,
      code: row.code,
      level: row.level,
      message: row.message,
      used: dec(row.used).toFixed(),
      limit: dec(row.bound).toFixed(),
      time: row.created_at.toISOString(),
    }));
  }
}

async function read(
  manager: EntityManager,
  { scope, id, table, rowId }: CheckedScope,
): Promise<RiskLimitsDto> {
  const [row]: { risk_limits: string | null }[] = await manager.query(
    `SELECT risk_limits FROM ${table} WHERE id = ?`,
    [rowId],
  );
  const text = row?.risk_limits ?? null;
  const stored: unknown = text === null ? null : JSON.parse(text);
  const isDefault = stored === null;
  const limits = Value.Check(RiskLimits, stored) ? stored : isDefault ? DEFAULT_LIMITS[scope] : {};
  return { scope, id: scope === 'platform' ? null : id, limits, isDefault };
}

function problemsOf(scope: RiskScope, limits: RiskLimits): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  if (scope !== 'strategy') {
    for (const name of STRATEGY_ONLY.filter((each) => limits[each] !== undefined)) {
      const field = `body.limits.${name}`;
      problems.push({ field, code: 'STRATEGY_ONLY', message: `${field} is for strategies only.` });
    }
  }
  const { stopPriceBelow: below, stopPriceAbove: above } = limits;
  if (below !== undefined && above !== undefined && dec(below).gte(above)) {
    const field = 'body.limits.stopPriceBelow';
    problems.push({ field, code: 'STOPS_CROSSED', message: `${field} must be below stopPriceAbove.` });
  }
  return problems;
}
