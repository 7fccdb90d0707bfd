import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A number that rises with each step of a machine: figures worked out from a stored machine hold until it changes. */
export class StateVersion0016 implements MigrationInterface {
  name = 'StateVersion1790000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE strategy_state ADD COLUMN version BIGINT UNSIGNED NOT NULL DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE strategy_state DROP COLUMN version');
  }
}
