import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Risk that is remembered, money that is set aside, halts under way, and who may do what. */
const TABLES = [
  `CREATE TABLE strategy_exposure (
    strategy_id INT UNSIGNED NOT NULL PRIMARY KEY,
    account_id INT UNSIGNED NOT NULL,
    asset VARCHAR(20) NOT NULL,
    quote VARCHAR(20) NOT NULL,
    position DECIMAL(36,18) NOT NULL,
    position_cost DECIMAL(36,18) NOT NULL,
    positions INT UNSIGNED NOT NULL,
    total_pnl DECIMAL(36,18) NOT NULL DEFAULT 0,
    updated_at DATETIME(3) NOT NULL,
    KEY ix_exposure_account (account_id),
    CONSTRAINT fk_strategy_exposure FOREIGN KEY (strategy_id) REFERENCES strategy (id)
  )`,
  `CREATE TABLE risk_state (
    scope VARCHAR(10) NOT NULL,
    scope_id INT UNSIGNED NOT NULL,
    state TEXT NOT NULL,
    stop_code VARCHAR(60) NULL,
    resume_at DATETIME(3) NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (scope, scope_id),
    KEY ix_risk_resume (resume_at)
  )`,
  `CREATE TABLE risk_event (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    scope VARCHAR(10) NOT NULL,
    scope_id INT UNSIGNED NOT NULL,
    user_id INT UNSIGNED NULL,
    code VARCHAR(60) NOT NULL,
    level VARCHAR(10) NOT NULL,
    message VARCHAR(500) NOT NULL,
    used DECIMAL(36,18) NOT NULL,
    bound DECIMAL(36,18) NOT NULL,
    hour INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY uq_risk_event (scope, scope_id, code, level, hour),
    KEY ix_risk_event_user (user_id, id)
  )`,
  `CREATE TABLE halt (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    scope VARCHAR(10) NOT NULL,
    scope_id INT UNSIGNED NOT NULL,
    user_id INT UNSIGNED NOT NULL,
    actor VARCHAR(255) NOT NULL,
    orders VARCHAR(10) NOT NULL,
    state VARCHAR(10) NOT NULL,
    progress TEXT NULL,
    node VARCHAR(100) NULL,
    lease_until DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    done_at DATETIME(3) NULL,
    KEY ix_halt_state (state)
  )`,
  `CREATE TABLE capital_allocation (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    account_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    asset VARCHAR(20) NOT NULL,
    amount DECIMAL(36,18) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY ix_allocation_account (account_id, asset),
    CONSTRAINT fk_allocation_account FOREIGN KEY (account_id) REFERENCES account (id)
  )`,
  `CREATE TABLE capital_member (
    strategy_id INT UNSIGNED NOT NULL PRIMARY KEY,
    allocation_id INT UNSIGNED NOT NULL,
    KEY ix_member_allocation (allocation_id),
    CONSTRAINT fk_member_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id),
    CONSTRAINT fk_member_allocation FOREIGN KEY (allocation_id) REFERENCES capital_allocation (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE api_token (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    scopes VARCHAR(60) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    last_used_at DATETIME(3) NULL,
    revoked_at DATETIME(3) NULL,
    UNIQUE KEY uq_api_token_hash (hash),
    KEY ix_api_token_user (user_id),
    CONSTRAINT fk_api_token_user FOREIGN KEY (user_id) REFERENCES user (id)
  )`,
];

const CHANGES = [
  // Counts changes of the money set aside on an account; 0 means that none ever was.
  'ALTER TABLE account ADD COLUMN capital_version INT UNSIGNED NOT NULL DEFAULT 0',
  `ALTER TABLE user ADD COLUMN is_active BOOLEAN NOT NULL DEFAULT 1,
     ADD COLUMN workspace_id INT UNSIGNED NULL, ADD COLUMN trading_password VARCHAR(255) NULL`,
  'ALTER TABLE orders ADD KEY ix_order_created (created_at)',
];

const UNDO = [
  'ALTER TABLE orders DROP KEY ix_order_created',
  'ALTER TABLE user DROP COLUMN is_active, DROP COLUMN workspace_id, DROP COLUMN trading_password',
  'ALTER TABLE account DROP COLUMN capital_version',
];

const NAMES = [
  'api_token',
  'capital_member',
  'capital_allocation',
  'halt',
  'risk_event',
  'risk_state',
  'strategy_exposure',
];

export class RiskSecurity0009 implements MigrationInterface {
  name = 'RiskSecurity1790000000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
    for (const statement of CHANGES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
    for (const table of NAMES) await runner.query(`DROP TABLE ${table}`);
  }
}
