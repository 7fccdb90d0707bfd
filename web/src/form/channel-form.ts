import type {
  ChannelKind,
  NotificationChannel,
  NotificationChannelCreate,
  NotificationChannelUpdate,
} from '../api/notifications.js';
import { initialValues, toParams, type FieldSpec, type FormValues } from './schema-fields.js';

/** What the form of a channel holds; its settings and secrets are by the names of their schema. */
export interface ChannelForm {
  kind: ChannelKind;
  name: string;
  settings: FormValues;
  /** Blank: as it is. */
  secrets: Record<string, string>;
  /** Every event, also those of later versions. */
  allEvents: boolean;
  events: string[];
  minSeverity: NotificationChannel['minSeverity'];
  language: NotificationChannel['language'];
  throttleSeconds: number;
  reportHour: number;
  isActive: boolean;
}

/** The form of a new channel, or of the one that is edited. */
export function channelForm(
  channel: NotificationChannel | null,
  language: NotificationChannel['language'],
): ChannelForm {
  return {
    kind: channel?.kind ?? 'telegram',
    name: channel?.name ?? '',
    settings: {},
    secrets: {},
    allEvents: channel === null || channel.events === null,
    events: [...(channel?.events ?? [])],
    minSeverity: channel?.minSeverity ?? 'info',
    language: channel?.language ?? language,
    throttleSeconds: channel?.throttleSeconds ?? 30,
    reportHour: channel?.reportHour ?? 8,
    isActive: channel?.isActive ?? true,
  };
}

export function settingValues(fields: readonly FieldSpec[], channel: NotificationChannel | null): FormValues {
  return initialValues(fields, channel?.settings ?? null);
}

/** Secrets that were typed; nobody means a blank one. */
function typed(secrets: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
  );
}

/** Secrets that have to be typed: required ones that are not set. */
export function missingSecrets(
  fields: readonly FieldSpec[],
  form: ChannelForm,
  channel: NotificationChannel | null,
): string[] {
  const given = typed(form.secrets);
  return fields
    .filter(({ name, required }) => required && !(name in given) && !channel?.secretsSet.includes(name))
    .map(({ name }) => name);
}

function preferencesOf(form: ChannelForm) {
  const { minSeverity, language, throttleSeconds, reportHour, isActive } = form;
  const events = form.allEvents ? null : (form.events as NonNullable<NotificationChannel['events']>);
  return { events, minSeverity, language, throttleSeconds, reportHour, isActive };
}

export function createBody(form: ChannelForm, fields: readonly FieldSpec[]): NotificationChannelCreate {
  return {
    kind: form.kind,
    name: form.name.trim(),
    settings: toParams(fields, form.settings),
    secrets: typed(form.secrets),
    ...preferencesOf(form),
  };
}

/** Secrets that were left blank are not named, and stay. */
export function updateBody(form: ChannelForm, fields: readonly FieldSpec[]): NotificationChannelUpdate {
  const secrets = typed(form.secrets);
  return {
    name: form.name.trim(),
    settings: toParams(fields, form.settings),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    ...preferencesOf(form),
  };
}
