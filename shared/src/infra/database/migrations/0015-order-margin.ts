import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an order on a contract takes of its account's margin; orders from before have no say in it. */
export class OrderMargin0015 implements MigrationInterface {
  name = 'OrderMargin1790000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE orders ADD COLUMN unit_margin DECIMAL(36,18) NULL DEFAULT NULL AFTER filled_quote',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders DROP COLUMN unit_margin');
  }
}
