import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where strategies may run, who holds a run since when, and which nodes are being emptied. */
const UP = [
  `ALTER TABLE strategy
    ADD COLUMN worker_name VARCHAR(60) NULL,
    ADD COLUMN labels VARCHAR(400) NOT NULL DEFAULT ''`,
  `ALTER TABLE run
    ADD COLUMN holder CHAR(36) NULL,
    ADD COLUMN claimed_at DATETIME(3) NULL,
    ADD COLUMN crashes INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN retry_at DATETIME(3) NULL,
    ADD KEY ix_run_state (state)`,
  `CREATE TABLE node (
    name VARCHAR(60) NOT NULL PRIMARY KEY,
    is_draining BOOLEAN NOT NULL,
    changed_at DATETIME(3) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
];

const DOWN = [
  'DROP TABLE node',
  `ALTER TABLE run
    DROP KEY ix_run_state, DROP COLUMN holder, DROP COLUMN claimed_at, DROP COLUMN crashes, DROP COLUMN retry_at`,
  'ALTER TABLE strategy DROP COLUMN worker_name, DROP COLUMN labels',
];

export class Fleet0007 implements MigrationInterface {
  name = 'Fleet1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
