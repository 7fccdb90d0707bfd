import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Money is DECIMAL(36,18), read as text; times are DATETIME(3) in UTC. Orders, fills and slots are keyed
 * (strategy, leg, market, position side, slot) from the start, so that kinds with several legs need no re-keying.
 */
const TABLES = [
  `CREATE TABLE installation (
    id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    epoch_salt CHAR(4) NOT NULL,
    trading_state VARCHAR(10) NOT NULL DEFAULT 'ACTIVE',
    created_at DATETIME(3) NOT NULL
  )`,
  `CREATE TABLE user (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    role VARCHAR(10) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY uq_user_email (email)
  )`,
  `CREATE TABLE account (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    label VARCHAR(100) NOT NULL,
    venue VARCHAR(40) NOT NULL,
    environment VARCHAR(10) NOT NULL,
    fingerprint CHAR(64) NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    trading_state VARCHAR(10) NOT NULL DEFAULT 'ACTIVE',
    verified_at DATETIME(3) NULL,
    deleted_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY ix_account_user (user_id, deleted_at),
    CONSTRAINT fk_account_user FOREIGN KEY (user_id) REFERENCES user (id)
  )`,
  `CREATE TABLE account_credential (
    account_id INT UNSIGNED NOT NULL,
    name VARCHAR(32) NOT NULL,
    key_id CHAR(8) NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (account_id, name),
    CONSTRAINT fk_credential_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE strategy (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    params TEXT NOT NULL,
    revision INT UNSIGNED NOT NULL DEFAULT 1,
    desired_state VARCHAR(10) NOT NULL DEFAULT 'stopped',
    stop_orders VARCHAR(16) NOT NULL DEFAULT 'cancel-orders',
    trading_state VARCHAR(10) NOT NULL DEFAULT 'ACTIVE',
    fence BIGINT UNSIGNED NOT NULL DEFAULT 0,
    current_run_id INT UNSIGNED NULL,
    deleted_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY ix_strategy_user (user_id, deleted_at),
    KEY ix_strategy_desired (desired_state, deleted_at),
    CONSTRAINT fk_strategy_user FOREIGN KEY (user_id) REFERENCES user (id)
  )`,
  `CREATE TABLE strategy_revision (
    strategy_id INT UNSIGNED NOT NULL,
    revision INT UNSIGNED NOT NULL,
    params TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (strategy_id, revision),
    CONSTRAINT fk_revision_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE strategy_leg (
    strategy_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    name VARCHAR(40) NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    PRIMARY KEY (strategy_id, leg),
    KEY ix_leg_account (account_id),
    CONSTRAINT fk_leg_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id),
    CONSTRAINT fk_leg_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE strategy_state (
    strategy_id INT UNSIGNED NOT NULL PRIMARY KEY,
    revision INT UNSIGNED NOT NULL,
    context TEXT NOT NULL,
    header TEXT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    CONSTRAINT fk_state_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE slot (
    strategy_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    slot INT NOT NULL,
    state TEXT NOT NULL,
    version INT UNSIGNED NOT NULL DEFAULT 1,
    PRIMARY KEY (strategy_id, leg, market, position_side, slot),
    CONSTRAINT fk_slot_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE run (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    strategy_id INT UNSIGNED NOT NULL,
    state VARCHAR(12) NOT NULL,
    reason_code VARCHAR(60) NULL,
    reason_message VARCHAR(500) NULL,
    node VARCHAR(100) NULL,
    fence BIGINT UNSIGNED NOT NULL DEFAULT 0,
    requested_at DATETIME(3) NOT NULL,
    started_at DATETIME(3) NULL,
    stopped_at DATETIME(3) NULL,
    KEY ix_run_strategy (strategy_id, id),
    CONSTRAINT fk_run_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE orders (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    strategy_id INT UNSIGNED NOT NULL,
    run_id INT UNSIGNED NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    slot INT NOT NULL,
    side VARCHAR(4) NOT NULL,
    generation INT UNSIGNED NOT NULL,
    client_order_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    exchange_order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    type VARCHAR(10) NOT NULL,
    time_in_force VARCHAR(4) NOT NULL,
    post_only BOOLEAN NOT NULL,
    reduce_only BOOLEAN NOT NULL,
    price DECIMAL(36,18) NULL,
    quantity DECIMAL(36,18) NOT NULL,
    filled_quantity DECIMAL(36,18) NOT NULL DEFAULT 0,
    filled_quote DECIMAL(36,18) NOT NULL DEFAULT 0,
    state VARCHAR(16) NOT NULL,
    is_final BOOLEAN NOT NULL DEFAULT FALSE,
    reason_code VARCHAR(60) NULL,
    reason_message VARCHAR(500) NULL,
    fence BIGINT UNSIGNED NOT NULL,
    not_after DATETIME(3) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    UNIQUE KEY uq_order_client_id (account_id, client_order_id),
    UNIQUE KEY uq_order_exchange_id (account_id, market, exchange_order_id),
    UNIQUE KEY uq_order_generation (strategy_id, leg, market, position_side, slot, side, generation),
    KEY ix_order_live (strategy_id, is_final, id),
    CONSTRAINT fk_order_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id),
    CONSTRAINT fk_order_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE fill (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id BIGINT UNSIGNED NOT NULL,
    strategy_id INT UNSIGNED NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    slot INT NOT NULL,
    side VARCHAR(4) NOT NULL,
    trade_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    price DECIMAL(36,18) NOT NULL,
    quantity DECIMAL(36,18) NOT NULL,
    amount DECIMAL(36,18) NOT NULL,
    fee DECIMAL(36,18) NOT NULL,
    fee_asset VARCHAR(20) NOT NULL,
    fee_quote DECIMAL(36,18) NOT NULL,
    maker BOOLEAN NOT NULL,
    time DATETIME(3) NOT NULL,
    UNIQUE KEY uq_fill_trade (account_id, market, trade_id),
    KEY ix_fill_strategy (strategy_id, id),
    KEY ix_fill_order (order_id),
    KEY ix_fill_time (strategy_id, time),
    CONSTRAINT fk_fill_order FOREIGN KEY (order_id) REFERENCES orders (id)
  )`,
  `CREATE TABLE cycle (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    strategy_id INT UNSIGNED NOT NULL,
    run_id INT UNSIGNED NOT NULL,
    leg TINYINT UNSIGNED NOT NULL,
    market VARCHAR(60) NOT NULL,
    position_side VARCHAR(5) NOT NULL,
    slot INT NOT NULL,
    generation INT UNSIGNED NOT NULL,
    part INT UNSIGNED NOT NULL DEFAULT 0,
    buy_price DECIMAL(36,18) NOT NULL,
    sell_price DECIMAL(36,18) NOT NULL,
    quantity DECIMAL(36,18) NOT NULL,
    gross DECIMAL(36,18) NOT NULL,
    fees DECIMAL(36,18) NOT NULL,
    net DECIMAL(36,18) NOT NULL,
    completed_at DATETIME(3) NOT NULL,
    UNIQUE KEY uq_cycle (strategy_id, leg, market, position_side, slot, generation, part),
    KEY ix_cycle_strategy (strategy_id, id),
    CONSTRAINT fk_cycle_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE correction (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    strategy_id INT UNSIGNED NULL,
    account_id INT UNSIGNED NOT NULL,
    order_id BIGINT UNSIGNED NULL,
    cause VARCHAR(60) NOT NULL,
    before_state TEXT NOT NULL,
    after_state TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY ix_correction_strategy (strategy_id, id)
  )`,
  `CREATE TABLE idempotency (
    user_id INT UNSIGNED NOT NULL,
    idempotency_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_hash CHAR(64) NOT NULL,
    status SMALLINT UNSIGNED NULL,
    response MEDIUMTEXT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, idempotency_key),
    KEY ix_idempotency_created (created_at)
  )`,
];

const NAMES = [
  'idempotency',
  'correction',
  'cycle',
  'fill',
  'orders',
  'run',
  'slot',
  'strategy_state',
  'strategy_leg',
  'strategy_revision',
  'strategy',
  'account_credential',
  'account',
  'user',
  'installation',
];

export class Initial0001 implements MigrationInterface {
  name = 'Initial1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of NAMES) await runner.query(`DROP TABLE \`${table}\``);
  }
}
