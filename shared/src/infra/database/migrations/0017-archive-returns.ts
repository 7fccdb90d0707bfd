import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a trade needs to come back from the archive as it was: its own id, below which it is in the totals by day once and
 * for ever, and its liquidity. Trades that were archived without these come back now, so that nothing of them is guessed
 * later; their totals by day are made anew. They are archived again by the next pass.
 */
const RETURN_OLD = [
  `INSERT INTO fill (order_id, strategy_id, account_id, leg, market, position_side, slot, side, trade_id, price, quantity,
     amount, fee, fee_asset, fee_quote, maker, time)
   SELECT o.id, a.strategy_id, a.account_id, o.leg, a.market, o.position_side, o.slot, a.side, a.trade_id, a.price,
     a.quantity, a.amount, a.fee, a.fee_asset, a.fee_quote, o.post_only, a.time
     FROM fill_archive a JOIN orders o ON o.account_id = a.account_id AND o.client_order_id = a.order_ref
    WHERE a.source = 'retention' ORDER BY a.id`,
  `DELETE FROM trade_day`,
  `UPDATE trade_day_mark SET applied = 0, seen = 0`,
  `DELETE FROM fill_archive WHERE source = 'retention'`,
];

export class ArchiveReturns0017 implements MigrationInterface {
  name = 'ArchiveReturns1790000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE fill_archive ADD COLUMN fill_id BIGINT UNSIGNED NULL, ADD COLUMN maker BOOLEAN NULL,
         ADD KEY ix_archive_time (time, id)`,
    );
    const old: unknown[] = await runner.manager.query(
      `SELECT id FROM fill_archive WHERE source = 'retention' LIMIT 1`,
    );
    if (old.length === 0) return;
    await runner.startTransaction();
    try {
      for (const statement of RETURN_OLD) await runner.query(statement);
      await runner.commitTransaction();
    } catch (error) {
      await runner.rollbackTransaction();
      throw error;
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE fill_archive DROP KEY ix_archive_time, DROP COLUMN maker, DROP COLUMN fill_id',
    );
  }
}
