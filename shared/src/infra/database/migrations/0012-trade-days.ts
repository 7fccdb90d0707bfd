import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Totals of fills and cycles by UTC day, so that totals over millions of them are read in one go; see trade-days.ts. */
const TABLES = [
  `CREATE TABLE trade_day (
    user_id INT UNSIGNED NOT NULL,
    strategy_id INT UNSIGNED NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    day DATE NOT NULL,
    buys BIGINT UNSIGNED NOT NULL DEFAULT 0,
    sells BIGINT UNSIGNED NOT NULL DEFAULT 0,
    buy_volume DECIMAL(48,18) NOT NULL DEFAULT 0,
    sell_volume DECIMAL(48,18) NOT NULL DEFAULT 0,
    buy_fees DECIMAL(48,18) NOT NULL DEFAULT 0,
    sell_fees DECIMAL(48,18) NOT NULL DEFAULT 0,
    cycles BIGINT UNSIGNED NOT NULL DEFAULT 0,
    winning BIGINT UNSIGNED NOT NULL DEFAULT 0,
    losing BIGINT UNSIGNED NOT NULL DEFAULT 0,
    gross DECIMAL(48,18) NOT NULL DEFAULT 0,
    gross_profit DECIMAL(48,18) NOT NULL DEFAULT 0,
    gross_loss DECIMAL(48,18) NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, strategy_id, account_id, market, day)
  )`,
  // Rows up to the id \`applied\` are in trade_day; \`seen\` was the highest id at \`seen_at\`.
  `CREATE TABLE trade_day_mark (
    source VARCHAR(10) NOT NULL PRIMARY KEY,
    applied BIGINT UNSIGNED NOT NULL DEFAULT 0,
    seen BIGINT UNSIGNED NOT NULL DEFAULT 0,
    seen_at DATETIME(3) NOT NULL
  )`,
];

export class TradeDays0012 implements MigrationInterface {
  name = 'TradeDays1790000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
    await runner.query(
      `INSERT INTO trade_day_mark (source, seen_at) VALUES ('fill', UTC_TIMESTAMP(3)), ('cycle', UTC_TIMESTAMP(3))`,
    );
    // Parts of days, and what is newer than the last roll-up, are read from the rows themselves.
    await runner.query('ALTER TABLE cycle ADD KEY ix_cycle_all (completed_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cycle DROP KEY ix_cycle_all');
    await runner.query('DROP TABLE trade_day_mark');
    await runner.query('DROP TABLE trade_day');
  }
}
