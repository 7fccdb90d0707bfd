import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders, trades and balances of paper accounts, which no exchange keeps for us. */
const TABLES = [
  `CREATE TABLE paper_account (
    account_id INT UNSIGNED NOT NULL PRIMARY KEY,
    maker_rate DECIMAL(36,18) NOT NULL,
    taker_rate DECIMAL(36,18) NOT NULL,
    sequence BIGINT UNSIGNED NOT NULL,
    CONSTRAINT fk_paper_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE paper_balance (
    account_id INT UNSIGNED NOT NULL,
    asset VARCHAR(20) NOT NULL,
    free DECIMAL(36,18) NOT NULL,
    locked DECIMAL(36,18) NOT NULL,
    PRIMARY KEY (account_id, asset),
    CONSTRAINT fk_paper_balance FOREIGN KEY (account_id) REFERENCES paper_account (account_id) ON DELETE CASCADE,
    CONSTRAINT ck_paper_balance CHECK (free >= 0 AND locked >= 0)
  )`,
  `CREATE TABLE paper_order (
    account_id INT UNSIGNED NOT NULL,
    order_id BIGINT UNSIGNED NOT NULL,
    revision BIGINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    client_order_id VARCHAR(36) NOT NULL,
    side VARCHAR(4) NOT NULL,
    type VARCHAR(10) NOT NULL,
    time_in_force VARCHAR(4) NOT NULL,
    price DECIMAL(36,18) NULL,
    quantity DECIMAL(36,18) NOT NULL,
    filled_quantity DECIMAL(36,18) NOT NULL,
    state VARCHAR(20) NOT NULL,
    is_open TINYINT NOT NULL,
    reason_code VARCHAR(60) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, order_id),
    KEY ix_paper_order_revision (account_id, revision),
    KEY ix_paper_order_open (account_id, is_open),
    KEY ix_paper_order_client (account_id, market, client_order_id),
    CONSTRAINT fk_paper_order FOREIGN KEY (account_id) REFERENCES paper_account (account_id) ON DELETE CASCADE
  )`,
  `CREATE TABLE paper_fill (
    account_id INT UNSIGNED NOT NULL,
    trade_id BIGINT UNSIGNED NOT NULL,
    order_id BIGINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    side VARCHAR(4) NOT NULL,
    price DECIMAL(36,18) NOT NULL,
    quantity DECIMAL(36,18) NOT NULL,
    quote_quantity DECIMAL(36,18) NOT NULL,
    fee DECIMAL(36,18) NOT NULL,
    fee_asset VARCHAR(20) NOT NULL,
    maker TINYINT NOT NULL,
    time DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, trade_id),
    KEY ix_paper_fill_order (account_id, order_id),
    KEY ix_paper_fill_time (account_id, market, time),
    CONSTRAINT fk_paper_fill FOREIGN KEY (account_id, order_id)
      REFERENCES paper_order (account_id, order_id) ON DELETE CASCADE
  )`,
];

const NAMES = ['paper_fill', 'paper_order', 'paper_balance', 'paper_account'];

export class PaperVenue0003 implements MigrationInterface {
  name = 'PaperVenue1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of NAMES) await runner.query(`DROP TABLE ${table}`);
  }
}
