import { Type, type Static } from 'typebox';
import { Id, Nullable, pageOf, Timestamp } from './common.js';

export const Severity = Type.Union(
  [Type.Literal('info'), Type.Literal('warning'), Type.Literal('critical')],
  { title: 'Severity' },
);
export type Severity = Static<typeof Severity>;

/** Everything that is told, and how bad it is. Critical events come through MySQL and are never held back. */
export const NOTIFICATION_EVENTS = {
  halt: 'critical',
  'risk-stop': 'critical',
  exit: 'critical',
  'exchange-mismatch': 'critical',
  'key-refused': 'critical',
  'run-failed': 'critical',
  'crash-loop': 'critical',
  'risk-warning': 'warning',
  'order-refused': 'warning',
  'trading-resumed': 'info',
  'strategy-paused': 'info',
  'strategy-started': 'info',
  'strategy-stopped': 'info',
  fill: 'info',
  cycle: 'info',
  'daily-report': 'info',
} as const satisfies Record<string, Severity>;
export type NotificationEvent = keyof typeof NOTIFICATION_EVENTS;
export const NOTIFICATION_EVENT_NAMES = Object.keys(NOTIFICATION_EVENTS) as NotificationEvent[];

export const NotificationEvent = Type.Enum(NOTIFICATION_EVENT_NAMES, { title: 'NotificationEvent' });

export const ChannelKind = Type.Union(
  [
    Type.Literal('telegram'),
    Type.Literal('dingtalk'),
    Type.Literal('feishu'),
    Type.Literal('slack'),
    Type.Literal('discord'),
    Type.Literal('email'),
    Type.Literal('webhook'),
  ],
  { title: 'ChannelKind' },
);
export type ChannelKind = Static<typeof ChannelKind>;

const name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', title: 'Name' });
/** Checked by the schema of the channel's kind (`GET /api/notifications/events`). */
const settings = Type.Record(Type.String(), Type.Unknown(), { title: 'Settings' });
/** Write-only: stored encrypted, never in an answer. */
const secrets = Type.Record(Type.String(), Type.Unknown(), { title: 'Secrets' });
const events = Nullable(
  Type.Array(NotificationEvent, { uniqueItems: true, maxItems: NOTIFICATION_EVENT_NAMES.length }),
);
const language = Type.Union([Type.Literal('en'), Type.Literal('zh-CN')]);
const throttleSeconds = Type.Integer({ minimum: 0, maximum: 86_400, default: 30 });
const reportHour = Type.Integer({ minimum: 0, maximum: 23, default: 8 });

const preferences = {
  /** Null switches every event on, also those of later versions. */
  events: Type.Optional(events),
  minSeverity: Type.Optional(Severity),
  language: Type.Optional(language),
  /** Of one event at most one message in this time; the others are summed up afterwards. Never a critical one. */
  throttleSeconds: Type.Optional(throttleSeconds),
  /** Hour of the daily report in the user's time zone. */
  reportHour: Type.Optional(reportHour),
  isActive: Type.Optional(Type.Boolean()),
};

export const NotificationChannelCreate = Type.Object(
  { kind: ChannelKind, name, settings: Type.Optional(settings), secrets, ...preferences },
  { additionalProperties: false },
);
export type NotificationChannelCreate = Static<typeof NotificationChannelCreate>;

/** `settings` replaces all of them; `secrets` only those it names, and null removes one. */
export const NotificationChannelUpdate = Type.Object(
  {
    name: Type.Optional(name),
    settings: Type.Optional(settings),
    secrets: Type.Optional(secrets),
    ...preferences,
  },
  { additionalProperties: false, minProperties: 1 },
);
export type NotificationChannelUpdate = Static<typeof NotificationChannelUpdate>;

export const NotificationChannel = Type.Object({
  id: Id,
  kind: ChannelKind,
  name: Type.String(),
  settings,
  /** Names of the secrets that are set; the secrets themselves are never shown. */
  secretsSet: Type.Array(Type.String()),
  events,
  minSeverity: Severity,
  language,
  throttleSeconds: Type.Integer(),
  reportHour: Type.Integer(),
  isActive: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type NotificationChannel = Static<typeof NotificationChannel>;

/** What can be told, and what each kind of channel needs. */
export const NotificationCatalogue = Type.Object({
  events: Type.Array(Type.Object({ event: NotificationEvent, severity: Severity })),
  channels: Type.Array(
    Type.Object({
      kind: ChannelKind,
      title: Type.String(),
      settings: Type.Unknown({ description: 'JSON Schema of the settings.' }),
      secrets: Type.Unknown({ description: 'JSON Schema of the secrets.' }),
    }),
  ),
});
export type NotificationCatalogue = Static<typeof NotificationCatalogue>;

/** `held`: kept back by the throttle, to be summed up. `summed`: told in a summary. `dead`: given up. */
export const DeliveryState = Type.Union([
  Type.Literal('pending'),
  Type.Literal('sent'),
  Type.Literal('dead'),
  Type.Literal('held'),
  Type.Literal('summed'),
]);
export type DeliveryState = Static<typeof DeliveryState>;

export const NotificationDelivery = Type.Object({
  id: Type.String(),
  event: Type.String(),
  severity: Severity,
  title: Type.String(),
  state: DeliveryState,
  attempts: Type.Integer(),
  /** Why the last attempt failed. */
  error: Nullable(Type.String()),
  createdAt: Timestamp,
  /** When it is tried next; null when it is not. */
  nextAttemptAt: Nullable(Timestamp),
  sentAt: Nullable(Timestamp),
});
export type NotificationDelivery = Static<typeof NotificationDelivery>;
export const NotificationDeliveries = pageOf(NotificationDelivery);

export const NotificationTestResult = Type.Object({ ok: Type.Boolean(), error: Nullable(Type.String()) });
export type NotificationTestResult = Static<typeof NotificationTestResult>;
