import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What operating an installation needs: the salts of its former lives, a log level for all processes, and where trades go
 * that are too old for the lists. Archived rows have no foreign keys: nothing they came from need outlive them.
 */
const UP = [
  `ALTER TABLE installation
    ADD COLUMN former_salts VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    ADD COLUMN log_level VARCHAR(10) NULL`,
  `CREATE TABLE fill_archive (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    source VARCHAR(20) NOT NULL,
    order_ref VARCHAR(100) NOT NULL,
    strategy_id INT UNSIGNED NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    side VARCHAR(4) NOT NULL,
    trade_id VARCHAR(100) NOT NULL,
    price DECIMAL(36,18) NOT NULL,
    quantity DECIMAL(36,18) NOT NULL,
    amount DECIMAL(36,18) NOT NULL,
    fee DECIMAL(36,18) NOT NULL,
    fee_asset VARCHAR(20) NOT NULL,
    fee_quote DECIMAL(36,18) NOT NULL,
    profit DECIMAL(36,18) NULL,
    time DATETIME(3) NOT NULL,
    UNIQUE KEY uq_archive_trade (source, account_id, market, trade_id),
    KEY ix_archive_strategy (strategy_id, time)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
];

const DOWN = [
  'DROP TABLE fill_archive',
  'ALTER TABLE installation DROP COLUMN former_salts, DROP COLUMN log_level',
];

export class Operations0014 implements MigrationInterface {
  name = 'Operations1790000000014';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
