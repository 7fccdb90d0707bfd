import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Templates, settings of users, what operators decide about orphans, and indexes for the lists of the API. */
const TABLES = [
  `CREATE TABLE strategy_template (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    description VARCHAR(500) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    params TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    UNIQUE KEY uq_template_name (user_id, name),
    CONSTRAINT fk_template_user FOREIGN KEY (user_id) REFERENCES user (id)
  )`,
  `CREATE TABLE user_setting (
    user_id INT UNSIGNED NOT NULL PRIMARY KEY,
    time_zone VARCHAR(60) NOT NULL,
    language VARCHAR(10) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    CONSTRAINT fk_setting_user FOREIGN KEY (user_id) REFERENCES user (id)
  )`,
];

const CHANGES = [
  // Strategies that carry a single order of an operator: not shown among the strategies.
  'ALTER TABLE strategy ADD COLUMN is_system BOOLEAN NOT NULL DEFAULT FALSE',
  'ALTER TABLE foreign_order ADD COLUMN decision VARCHAR(10) NULL, ADD COLUMN decided_by VARCHAR(255) NULL',
  // Exports and tax reports read by time.
  'ALTER TABLE fill ADD KEY ix_fill_all (time, id)',
  'ALTER TABLE cycle ADD KEY ix_cycle_time (strategy_id, completed_at)',
  'ALTER TABLE correction ADD KEY ix_correction_account (account_id, id)',
  'ALTER TABLE orders ADD KEY ix_order_account (account_id, id)',
];

const UNDO = [
  'ALTER TABLE orders DROP KEY ix_order_account',
  'ALTER TABLE correction DROP KEY ix_correction_account',
  'ALTER TABLE fill DROP KEY ix_fill_all',
  'ALTER TABLE cycle DROP KEY ix_cycle_time',
  'ALTER TABLE foreign_order DROP COLUMN decision, DROP COLUMN decided_by',
  'ALTER TABLE strategy DROP COLUMN is_system',
  'DROP TABLE user_setting',
  'DROP TABLE strategy_template',
];

export class Api0008 implements MigrationInterface {
  name = 'Api1790000000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
    for (const statement of CHANGES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}
