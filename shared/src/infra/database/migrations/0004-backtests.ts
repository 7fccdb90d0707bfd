import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  `CREATE TABLE candle_file (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    candles INT UNSIGNED NOT NULL,
    first_time DATETIME(3) NOT NULL,
    last_time DATETIME(3) NOT NULL,
    bytes INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY ix_candle_file_user (user_id),
    CONSTRAINT fk_candle_file_user FOREIGN KEY (user_id) REFERENCES user (id)
  )`,
  `CREATE TABLE candle_file_chunk (
    file_id INT UNSIGNED NOT NULL,
    part SMALLINT UNSIGNED NOT NULL,
    data MEDIUMBLOB NOT NULL,
    PRIMARY KEY (file_id, part),
    CONSTRAINT fk_chunk_file FOREIGN KEY (file_id) REFERENCES candle_file (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE backtest (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    name VARCHAR(100) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    symbol VARCHAR(60) NOT NULL,
    candle_file_id INT UNSIGNED NOT NULL,
    request MEDIUMTEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    reason_code VARCHAR(64) NULL,
    reason_message TEXT NULL,
    runs INT UNSIGNED NOT NULL,
    worker_name VARCHAR(60) NULL,
    summary TEXT NULL,
    created_at DATETIME(3) NOT NULL,
    started_at DATETIME(3) NULL,
    finished_at DATETIME(3) NULL,
    KEY ix_backtest_user (user_id, id),
    KEY ix_backtest_state (state),
    CONSTRAINT fk_backtest_user FOREIGN KEY (user_id) REFERENCES user (id),
    CONSTRAINT fk_backtest_candles FOREIGN KEY (candle_file_id) REFERENCES candle_file (id)
  )`,
  `CREATE TABLE backtest_shard (
    backtest_id INT UNSIGNED NOT NULL,
    shard SMALLINT UNSIGNED NOT NULL,
    first_run INT UNSIGNED NOT NULL,
    runs INT UNSIGNED NOT NULL,
    runs_done INT UNSIGNED NOT NULL DEFAULT 0,
    result MEDIUMBLOB NULL,
    PRIMARY KEY (backtest_id, shard),
    CONSTRAINT fk_shard_backtest FOREIGN KEY (backtest_id) REFERENCES backtest (id) ON DELETE CASCADE
  )`,
];

export class Backtests0004 implements MigrationInterface {
  name = 'Backtests1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['backtest_shard', 'backtest', 'candle_file_chunk', 'candle_file'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
