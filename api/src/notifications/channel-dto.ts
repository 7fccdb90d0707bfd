import type { NotificationChannelRow, NotificationDeliveryRow } from '@gridfleet/shared/infra';
import type { NotificationChannel, NotificationDelivery, NotificationEvent } from '@gridfleet/shared/schema';
import type { Payload } from './payload.js';
import { render, type Reader } from './text/render.js';

export function eventsOf(row: NotificationChannelRow): NotificationEvent[] | null {
  return row.events === null ? null : (JSON.parse(row.events) as NotificationEvent[]);
}

/** A channel without its secrets. */
export function channelDto(row: NotificationChannelRow): NotificationChannel {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    settings: JSON.parse(row.settings) as NotificationChannel['settings'],
    secretsSet: row.secretNames.split(',').filter(Boolean),
    events: eventsOf(row),
    minSeverity: row.minSeverity,
    language: row.language === 'zh-CN' ? 'zh-CN' : 'en',
    throttleSeconds: row.throttleSeconds,
    reportHour: row.reportHour,
    isActive: row.isActive,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function deliveryDto(row: NotificationDeliveryRow, reader: Reader): NotificationDelivery {
  return {
    id: row.id,
    event: row.event,
    severity: row.severity,
    title: render(JSON.parse(row.payload) as Payload, reader).title,
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    sentAt: row.sentAt?.toISOString() ?? null,
  };
}
