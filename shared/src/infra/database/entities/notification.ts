import { EntitySchema } from 'typeorm';
import type { ChannelKind, DeliveryState, Severity } from '../../../schema/notification.js';
import { FLAG, TIME } from './columns.js';

/** Where a user is told what happens. `settings` and `events` are JSON; all secrets are sealed as one JSON object. */
export interface NotificationChannelRow {
  id: number;
  userId: number;
  /** Who set it up, by their own id: commands that come through the channel have this person's rights. */
  createdBy: number;
  kind: ChannelKind;
  name: string;
  settings: string;
  keyId: string;
  sealed: string;
  /** Names of the secrets that are set, comma-separated. */
  secretNames: string;
  /** Null: all. */
  events: string | null;
  minSeverity: Severity;
  language: string;
  throttleSeconds: number;
  reportHour: number;
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export const NotificationChannelRowEntity = new EntitySchema<NotificationChannelRow>({
  name: 'NotificationChannelRow',
  tableName: 'notification_channel',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    createdBy: { type: 'int', unsigned: true, name: 'created_by' },
    kind: { type: 'varchar', length: 20 },
    name: { type: 'varchar', length: 100 },
    settings: { type: 'text' },
    keyId: { type: 'varchar', length: 8, name: 'key_id' },
    sealed: { type: 'text' },
    secretNames: { type: 'varchar', length: 200, name: 'secret_names' },
    events: { type: 'text', nullable: true },
    minSeverity: { type: 'varchar', length: 10, name: 'min_severity' },
    language: { type: 'varchar', length: 10 },
    throttleSeconds: { type: 'int', unsigned: true, name: 'throttle_seconds' },
    reportHour: { type: 'tinyint', unsigned: true, name: 'report_hour' },
    isActive: { type: 'boolean', transformer: FLAG, name: 'is_active' },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** One message to one channel, from the event that caused it to the provider's answer. `payload` is JSON. */
export interface NotificationDeliveryRow {
  id: string;
  channelId: number;
  /** Unique within a channel: an event that is seen twice is told once. */
  eventKey: string;
  event: string;
  severity: Severity;
  payload: string;
  state: DeliveryState;
  attempts: number;
  error: string | null;
  nextAttemptAt: Date;
  createdAt: Date;
  sentAt: Date | null;
}

export const NotificationDeliveryRowEntity = new EntitySchema<NotificationDeliveryRow>({
  name: 'NotificationDeliveryRow',
  tableName: 'notification_delivery',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    channelId: { type: 'int', unsigned: true, name: 'channel_id' },
    eventKey: { type: 'varchar', length: 120, name: 'event_key' },
    event: { type: 'varchar', length: 40 },
    severity: { type: 'varchar', length: 10 },
    payload: { type: 'text' },
    state: { type: 'varchar', length: 10 },
    attempts: { type: 'int', unsigned: true },
    error: { type: 'varchar', length: 500, nullable: true },
    nextAttemptAt: { ...TIME, name: 'next_attempt_at' },
    createdAt: { ...TIME, name: 'created_at' },
    sentAt: { ...TIME, name: 'sent_at', nullable: true },
  },
});
