import { heldMarket } from '@gridfleet/shared/domain';
import type { PlatformEvent, RiskNotice } from '@gridfleet/shared/schema';
import type { LimitWarning } from './admission.js';
import type { Batch } from './batch.js';
import type { RunFrame, StepResult } from './step-types.js';

const HOUR_MS = 3_600_000;

/** What the strategy holds after its trades, for the limits of its account and of the platform. */
export function addExposure(batch: Batch, frame: RunFrame, result: StepResult, now: Date): void {
  const [leg] = frame.context.legs;
  const [accountId] = frame.accountIds;
  if (result.fills.length === 0 || leg === undefined || accountId === undefined) return;
  const { base, quote } = heldMarket(leg.market.symbol);
  const { position, positionCost, positionCount, profit } = frame.kind.view(
    frame.context,
    result.memory.machine,
  );
  batch.add(
    `INSERT INTO strategy_exposure
       (strategy_id, account_id, asset, quote, position, position_cost, positions, total_pnl, updated_at)
       VALUES (?) ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), asset = VALUES(asset), quote = VALUES(quote),
         position = VALUES(position), position_cost = VALUES(position_cost), positions = VALUES(positions),
         total_pnl = VALUES(total_pnl), updated_at = VALUES(updated_at)`,
    [[frame.strategyId, accountId, base, quote, position, positionCost, positionCount, profit.total, now]],
  );
}

/**
 * A notice of a limit and its event, at most one of a kind each hour: the unique key drops the others, and without a
 * row there is no event either.
 */
export function addNotice(batch: Batch, strategyId: number, notice: RiskNotice): void {
  const { scope, scopeId, code, level, message, used, limit, time } = notice;
  const at = new Date(time);
  batch.add(
    `INSERT IGNORE INTO risk_event (scope, scope_id, user_id, code, level, message, used, bound, hour, created_at)
       SELECT ?, ?, user_id, ?, ?, ?, ?, ?, ?, ? FROM strategy WHERE id = ?`,
    [
      scope,
      scopeId,
      code,
      level,
      message.slice(0, 500),
      used,
      limit,
      Math.floor(at.getTime() / HOUR_MS),
      at,
      strategyId,
    ],
  );
  const event: PlatformEvent = { type: 'risk', strategyId, data: notice };
  batch.add('INSERT INTO outbox (event, created_at) SELECT ?, ? FROM DUAL WHERE ROW_COUNT() = 1', [
    JSON.stringify(event),
    at,
  ]);
}

export function addWarnings(
  batch: Batch,
  strategyId: number,
  warnings: readonly LimitWarning[],
  now: Date,
): void {
  for (const { policy, use } of warnings) {
    const [used, limit] = [use.used.toDecimalPlaces(8).toFixed(), use.limit.toFixed()];
    addNotice(batch, strategyId, {
      scope: policy.name,
      scopeId: policy.table === 'installation' ? 0 : policy.id,
      code: use.code,
      level: 'warning',
      message: `${use.what.charAt(0).toUpperCase()}${use.what.slice(1)}: ${used} of ${limit} that the ${policy.name} allows.`,
      used,
      limit,
      time: now.toISOString(),
    });
  }
}
