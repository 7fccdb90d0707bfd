import { describe, expect, it } from 'vitest';
import type { NotificationChannel } from '../api/notifications.js';
import { channelForm, createBody, missingSecrets, settingValues, updateBody } from './channel-form.js';
import { fieldsOf } from './schema-fields.js';

const settings = fieldsOf({
  properties: { url: { type: 'string' }, port: { type: 'integer', default: 587 } },
  required: ['url'],
});
const secrets = fieldsOf({
  properties: { secret: { type: 'string' }, more: { type: 'string' } },
  required: ['secret'],
});

const CHANNEL: NotificationChannel = {
  id: 4,
  kind: 'webhook',
  name: 'Hook',
  settings: { url: 'https://example.org', port: 25 },
  secretsSet: ['secret'],
  events: ['halt', 'fill'],
  minSeverity: 'warning',
  language: 'zh-CN',
  throttleSeconds: 60,
  reportHour: 7,
  isActive: false,
  createdAt: '2026-01-31T00:00:00.000Z',
  updatedAt: '2026-01-31T00:00:00.000Z',
};

describe('the form of a channel', () => {
  it('begins with defaults, all events and the language of the page, and asks for required secrets', () => {
    const form = { ...channelForm(null, 'zh-CN'), settings: settingValues(settings, null) };
    expect(form.settings).toEqual({ url: null, port: 587 });
    expect(missingSecrets(secrets, form, null)).toEqual(['secret']);
    const filled = {
      ...form,
      kind: 'webhook' as const,
      name: ' Hook ',
      secrets: { secret: ' s3cret ', more: ' ' },
    };
    filled.settings = { ...filled.settings, url: 'https://example.org' };
    expect(missingSecrets(secrets, filled, null)).toEqual([]);
    expect(createBody(filled, settings)).toEqual({
      kind: 'webhook',
      name: 'Hook',
      settings: { url: 'https://example.org', port: 587 },
      secrets: { secret: 's3cret' },
      events: null,
      minSeverity: 'info',
      language: 'zh-CN',
      throttleSeconds: 30,
      reportHour: 8,
      isActive: true,
    });
  });

  it('of a channel that exists shows it, and leaves its secrets alone unless new ones are typed', () => {
    const form = { ...channelForm(CHANNEL, 'en'), settings: settingValues(settings, CHANNEL) };
    expect(missingSecrets(secrets, form, CHANNEL)).toEqual([]);
    const body = updateBody(form, settings);
    expect(body).toEqual({
      name: 'Hook',
      settings: { url: 'https://example.org', port: 25 },
      events: ['halt', 'fill'],
      minSeverity: 'warning',
      language: 'zh-CN',
      throttleSeconds: 60,
      reportHour: 7,
      isActive: false,
    });
    expect(updateBody({ ...form, secrets: { secret: 'new one' }, allEvents: true }, settings)).toMatchObject({
      secrets: { secret: 'new one' },
      events: null,
    });
  });
});
