import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stops of ours that rest at an exchange, each written down before it is sent. */
export class ExchangeStops0010 implements MigrationInterface {
  name = 'ExchangeStops1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE exchange_stop (
      client_order_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      strategy_id INT UNSIGNED NOT NULL,
      run_id INT UNSIGNED NOT NULL,
      account_id INT UNSIGNED NOT NULL,
      leg TINYINT UNSIGNED NOT NULL,
      market VARCHAR(60) NOT NULL,
      position_side VARCHAR(5) NOT NULL,
      slot INT NOT NULL,
      side VARCHAR(4) NOT NULL,
      generation INT UNSIGNED NOT NULL,
      trigger_price DECIMAL(36,18) NOT NULL,
      state VARCHAR(10) NOT NULL,
      exchange_order_id VARCHAR(64) NULL,
      reason_code VARCHAR(60) NULL,
      reason_message VARCHAR(500) NULL,
      not_after DATETIME(3) NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      KEY ix_stop_strategy (strategy_id, state),
      CONSTRAINT fk_stop_strategy FOREIGN KEY (strategy_id) REFERENCES strategy (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE exchange_stop');
  }
}
