import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What accounts hold in contracts, what funding they were booked, and what others traded on them. */
const TABLES = [
  `CREATE TABLE venue_position (
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    amount DECIMAL(36,18) NOT NULL,
    entry_price DECIMAL(36,18) NOT NULL,
    mark_price DECIMAL(36,18) NOT NULL,
    liquidation_price DECIMAL(36,18) NULL,
    margin DECIMAL(36,18) NOT NULL,
    unrealized DECIMAL(36,18) NOT NULL,
    read_at DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, market, position_side),
    CONSTRAINT fk_position_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE funding (
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    payment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    strategy_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    amount DECIMAL(36,18) NOT NULL,
    asset VARCHAR(20) NOT NULL,
    time DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, market, payment_id),
    KEY ix_funding_strategy (strategy_id, time),
    CONSTRAINT fk_funding_account FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT fk_funding_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE foreign_trade (
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    trade_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    exchange_order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    client_order_id VARCHAR(64) NULL,
    cause VARCHAR(60) NOT NULL,
    side VARCHAR(4) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    price DECIMAL(36,18) NOT NULL,
    quantity DECIMAL(36,18) NOT NULL,
    time DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, market, trade_id),
    KEY ix_foreign_trade_time (account_id, market, time),
    CONSTRAINT fk_foreign_trade_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
];

const NAMES = ['foreign_trade', 'funding', 'venue_position'];

export class Futures0005 implements MigrationInterface {
  name = 'Futures1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of NAMES) await runner.query(`DROP TABLE ${table}`);
  }
}
