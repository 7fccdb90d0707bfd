import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Channels people are told through, each message to them, and what of the outbox has been told. */
const TABLES = [
  `CREATE TABLE notification_channel (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT UNSIGNED NOT NULL,
    created_by INT UNSIGNED NOT NULL,
    kind VARCHAR(20) NOT NULL,
    name VARCHAR(100) NOT NULL,
    settings TEXT NOT NULL,
    key_id VARCHAR(8) NOT NULL,
    sealed TEXT NOT NULL,
    secret_names VARCHAR(200) NOT NULL,
    events TEXT NULL,
    min_severity VARCHAR(10) NOT NULL,
    language VARCHAR(10) NOT NULL,
    throttle_seconds INT UNSIGNED NOT NULL,
    report_hour TINYINT UNSIGNED NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT 1,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY ix_notification_channel_user (user_id, is_active),
    CONSTRAINT fk_notification_channel_user FOREIGN KEY (user_id) REFERENCES user (id),
    CONSTRAINT fk_notification_channel_author FOREIGN KEY (created_by) REFERENCES user (id)
  )`,
  `CREATE TABLE notification_delivery (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    channel_id INT UNSIGNED NOT NULL,
    event_key VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event VARCHAR(40) NOT NULL,
    severity VARCHAR(10) NOT NULL,
    payload TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    attempts INT UNSIGNED NOT NULL DEFAULT 0,
    error VARCHAR(500) NULL,
    next_attempt_at DATETIME(3) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    sent_at DATETIME(3) NULL,
    UNIQUE KEY uq_notification_event (channel_id, event_key),
    KEY ix_notification_due (state, next_attempt_at),
    KEY ix_notification_throttle (channel_id, event, created_at),
    KEY ix_notification_created (created_at),
    CONSTRAINT fk_notification_delivery FOREIGN KEY (channel_id) REFERENCES notification_channel (id) ON DELETE CASCADE
  )`,
];

export class Notifications0013 implements MigrationInterface {
  name = 'Notifications1790000000013';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) {
      await runner.query(`${statement} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`);
    }
    await runner.query(
      'ALTER TABLE outbox ADD COLUMN notified_at DATETIME(3) NULL, ADD KEY ix_outbox_untold (notified_at, id)',
    );
    // What happened before there was anybody to tell is not told now.
    await runner.query('UPDATE outbox SET notified_at = UTC_TIMESTAMP(3)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP KEY ix_outbox_untold, DROP COLUMN notified_at');
    for (const table of ['notification_delivery', 'notification_channel'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
