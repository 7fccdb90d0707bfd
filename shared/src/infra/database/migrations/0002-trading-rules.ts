import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may trade, what is reserved, what was refused, and what reconciliation found. */
const TABLES = [
  `CREATE TABLE reservation (
    account_id INT UNSIGNED NOT NULL,
    resource VARCHAR(80) NOT NULL,
    total DECIMAL(36,18) NOT NULL,
    foreign_locked DECIMAL(36,18) NOT NULL DEFAULT 0,
    reserved DECIMAL(36,18) NOT NULL DEFAULT 0,
    version INT UNSIGNED NOT NULL DEFAULT 0,
    read_at DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, resource),
    CONSTRAINT fk_reservation_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE exposure_claim (
    fingerprint CHAR(64) NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    strategy_id INT UNSIGNED NOT NULL,
    mode VARCHAR(11) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (fingerprint, market, position_side, strategy_id),
    KEY ix_exposure_strategy (strategy_id),
    CONSTRAINT fk_exposure_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE refusal (
    strategy_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    slot INT NOT NULL,
    code VARCHAR(60) NOT NULL,
    message VARCHAR(500) NOT NULL,
    since DATETIME(3) NOT NULL,
    last_at DATETIME(3) NOT NULL,
    count INT UNSIGNED NOT NULL,
    cleared_at DATETIME(3) NULL,
    PRIMARY KEY (strategy_id, leg, market, position_side, slot, code),
    KEY ix_refusal_standing (strategy_id, cleared_at),
    CONSTRAINT fk_refusal_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE foreign_order (
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    exchange_order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    client_order_id VARCHAR(64) NOT NULL,
    is_orphan BOOLEAN NOT NULL,
    side VARCHAR(4) NOT NULL,
    price DECIMAL(36,18) NULL,
    quantity DECIMAL(36,18) NOT NULL,
    filled_quantity DECIMAL(36,18) NOT NULL,
    first_seen_at DATETIME(3) NOT NULL,
    last_seen_at DATETIME(3) NOT NULL,
    gone_at DATETIME(3) NULL,
    PRIMARY KEY (account_id, market, exchange_order_id),
    KEY ix_foreign_open (account_id, gone_at),
    CONSTRAINT fk_foreign_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE equity_snapshot (
    strategy_id INT UNSIGNED NOT NULL,
    time DATETIME(3) NOT NULL,
    price DECIMAL(36,18) NULL,
    position DECIMAL(36,18) NOT NULL,
    position_cost DECIMAL(36,18) NOT NULL,
    realized_pnl DECIMAL(36,18) NOT NULL,
    unrealized_pnl DECIMAL(36,18) NOT NULL,
    total_pnl DECIMAL(36,18) NOT NULL,
    PRIMARY KEY (strategy_id, time),
    CONSTRAINT fk_equity_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE outbox (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    event TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    published_at DATETIME(3) NULL,
    KEY ix_outbox_waiting (published_at, id)
  )`,
  `CREATE TABLE audit (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NULL,
    actor VARCHAR(255) NOT NULL,
    action VARCHAR(60) NOT NULL,
    target VARCHAR(120) NOT NULL,
    details TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY ix_audit_user (user_id, id)
  )`,
  // Rows that exist already: inserting one again is how a statement batch gives up by itself (see worker's batch).
  `CREATE TABLE batch_guard (
    name VARCHAR(20) NOT NULL PRIMARY KEY
  )`,
];

const TRADING_STATE_COLUMNS = [
  'trading_reason_code VARCHAR(60) NULL',
  'trading_reason_message VARCHAR(500) NULL',
  'trading_changed_by VARCHAR(255) NULL',
  'trading_changed_at DATETIME(3) NULL',
  'risk_limits TEXT NULL',
];
const SCOPES = ['installation', 'account', 'strategy'];

const CHANGES = [
  ...SCOPES.map(
    (table) =>
      `ALTER TABLE ${table} ${TRADING_STATE_COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`,
  ),
  `ALTER TABLE account ADD COLUMN orphan_policy VARCHAR(10) NOT NULL DEFAULT 'cancel'`,
  `ALTER TABLE strategy_state ADD COLUMN history_checked_at DATETIME(3) NULL`,
  `ALTER TABLE orders ADD COLUMN version INT UNSIGNED NOT NULL DEFAULT 0,
     ADD KEY ix_order_account_live (account_id, is_final)`,
  `INSERT INTO batch_guard (name) VALUES ('FENCE'), ('POLICY'), ('RESERVE'), ('VERSION')`,
];

const UNDO = [
  `ALTER TABLE orders DROP KEY ix_order_account_live, DROP COLUMN version`,
  `ALTER TABLE strategy_state DROP COLUMN history_checked_at`,
  `ALTER TABLE account DROP COLUMN orphan_policy`,
  ...SCOPES.map(
    (table) =>
      `ALTER TABLE ${table} ${TRADING_STATE_COLUMNS.map((column) => `DROP COLUMN ${column.split(' ')[0] ?? ''}`).join(', ')}`,
  ),
];

const NAMES = [
  'batch_guard',
  'audit',
  'outbox',
  'equity_snapshot',
  'foreign_order',
  'refusal',
  'exposure_claim',
  'reservation',
];

export class TradingRules0002 implements MigrationInterface {
  name = 'TradingRules1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
    for (const statement of CHANGES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
    for (const table of NAMES) await runner.query(`DROP TABLE \`${table}\``);
  }
}
