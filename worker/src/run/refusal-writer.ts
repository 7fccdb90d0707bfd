import type { SlotKey } from '@gridfleet/shared/domain';
import type { Batch } from './batch.js';
import type { Correction, StepResult } from './step.js';

const SLOT = 'strategy_id = ? AND leg = ? AND market = ? AND position_side = ? AND slot = ?';

function slotValues(strategyId: number, key: SlotKey): unknown[] {
  return [strategyId, key.leg, key.market, key.positionSide, key.slot];
}

/** Refusals count up while they stand; another code of the same slot ends them, and so does an accepted order. */
export function addRefusals(
  batch: Batch,
  strategyId: number,
  { refusals, cleared }: Pick<StepResult, 'refusals' | 'cleared'>,
  now: Date,
): void {
  for (const { key, reason } of refusals) {
    const slot = slotValues(strategyId, key);
    const code = reason.code.slice(0, 60);
    batch.add(`UPDATE refusal SET cleared_at = ? WHERE ${SLOT} AND code <> ? AND cleared_at IS NULL`, [
      now,
      ...slot,
      code,
    ]);
    batch.add(
      `INSERT INTO refusal (strategy_id, leg, market, position_side, slot, code, message, since, last_at, count)
         VALUES (?) ON DUPLICATE KEY UPDATE count = IF(cleared_at IS NULL, count + 1, 1),
           since = IF(cleared_at IS NULL, since, VALUES(since)), message = VALUES(message),
           last_at = VALUES(last_at), cleared_at = NULL`,
      [[...slot, code, reason.message.slice(0, 500), now, now, 1]],
    );
  }
  for (const key of cleared) {
    batch.add(`UPDATE refusal SET cleared_at = ? WHERE ${SLOT} AND cleared_at IS NULL`, [
      now,
      ...slotValues(strategyId, key),
    ]);
  }
}

export function addCorrections(batch: Batch, corrections: readonly Correction[], now: Date): void {
  if (corrections.length === 0) return;
  batch.add(
    'INSERT INTO correction (strategy_id, account_id, order_id, cause, before_state, after_state, created_at) VALUES ?',
    [
      corrections.map(({ order: { row }, cause, before, after }) => [
        row.strategyId,
        row.accountId,
        row.id === '' ? null : row.id,
        cause,
        JSON.stringify(before),
        JSON.stringify(after),
        now,
      ]),
    ],
  );
}
