import type { EntityManager } from 'typeorm';

/** The archive's name for trades of this installation, beside `import` for those of another product. */
export const ARCHIVED = 'retention';

/**
 * Moves trades of strategies that were removed long ago, are not running and hold nothing: what is held is told from its
 * fills. Those not yet in the totals by day wait. Within a transaction, so that each trade is in one place.
 * @param days since the strategy's removal
 * @returns trades moved, at most `limit`
 */
export async function archiveFills(manager: EntityManager, days: number, limit: number): Promise<number> {
  const rows: { id: string; strategy_id: number }[] = await manager.query(
    `SELECT f.id, f.strategy_id FROM fill f JOIN strategy s ON s.id = f.strategy_id
      WHERE s.deleted_at IS NOT NULL AND s.deleted_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY
        AND s.desired_state = 'stopped'
        AND f.id <= (SELECT m.applied FROM trade_day_mark m WHERE m.source = 'fill')
        AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.strategy_id = s.id AND o.is_final = 0)
        AND NOT EXISTS (SELECT 1 FROM strategy_exposure e
          WHERE e.strategy_id = s.id AND (e.position <> 0 OR e.positions > 0))
      ORDER BY f.id LIMIT ? FOR UPDATE`,
    [days, limit],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await manager.query(
    `INSERT INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price, quantity,
       amount, fee, fee_asset, fee_quote, profit, time, fill_id, maker)
     SELECT '${ARCHIVED}', o.client_order_id, f.strategy_id, f.account_id, f.market, f.side, f.trade_id, f.price,
       f.quantity, f.amount, f.fee, f.fee_asset, f.fee_quote, NULL, f.time, f.id, f.maker
       FROM fill f JOIN orders o ON o.id = f.order_id WHERE f.id IN (?)`,
    [ids],
  );
  await manager.query('DELETE FROM fill WHERE id IN (?)', [ids]);
  await newVersion(manager, [...new Set(rows.map((row) => row.strategy_id))]);
  return ids.length;
}

/**
 * Brings a strategy's trades back, each with the id it had: lists, totals and what the machine is checked against are as
 * before, and the totals by day, which kept them, do not count them again. In the transaction that restores the strategy,
 * which holds its row. Imported trades stay where they are: no books rest on them.
 */
export async function returnFills(manager: EntityManager, strategyId: number): Promise<void> {
  await manager.query(
    `INSERT INTO fill (id, order_id, strategy_id, account_id, leg, market, position_side, slot, side, trade_id, price,
       quantity, amount, fee, fee_asset, fee_quote, maker, time)
     SELECT a.fill_id, o.id, a.strategy_id, a.account_id, o.leg, a.market, o.position_side, o.slot, a.side, a.trade_id,
       a.price, a.quantity, a.amount, a.fee, a.fee_asset, a.fee_quote, COALESCE(a.maker, o.post_only), a.time
       FROM fill_archive a JOIN orders o ON o.account_id = a.account_id AND o.client_order_id = a.order_ref
      WHERE a.strategy_id = ? AND a.source = '${ARCHIVED}'`,
    [strategyId],
  );
  await manager.query(`DELETE FROM fill_archive WHERE strategy_id = ? AND source = '${ARCHIVED}'`, [
    strategyId,
  ]);
  await newVersion(manager, [strategyId]);
}

/** What was worked out from a strategy's trades is worked out anew. */
async function newVersion(manager: EntityManager, strategyIds: readonly number[]): Promise<void> {
  await manager.query('UPDATE strategy_state SET version = version + 1 WHERE strategy_id IN (?)', [
    strategyIds,
  ]);
}
