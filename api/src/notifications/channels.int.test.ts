import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CredentialCipher, rotateCredentials } from '@gridfleet/shared/infra';
import type { NotificationChannel, NotificationDelivery } from '@gridfleet/shared/schema';
import { startReceiver, type Receiver } from '../testing/receiver.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';
import { DailyReports } from './daily-report.js';

const SECRET = 'a-signing-secret-nobody-may-see';
const TOKEN = '123456:AAbbCCddEEffGGhhIIjjKKllMMnn';

let api: TestApi;
let receiver: Receiver;
let owner: Caller;

beforeAll(async () => {
  receiver = await startReceiver();
  api = await startTestApi({ notifyAllowPrivate: true, telegramApiUrl: receiver.url });
  owner = api.as('ann@example.org');
});
afterAll(async () => {
  await api.close();
  await receiver.close();
});
afterEach(async () => {
  receiver.requests.length = 0;
  receiver.answer = () => ({});
  await api.dataSource.query('DELETE FROM notification_channel');
});

const hook = (body: Record<string, unknown> = {}) => ({
  kind: 'webhook',
  name: 'Hook',
  settings: { url: `${receiver.url}/hook` },
  secrets: { secret: SECRET },
  ...body,
});

async function created(body: Record<string, unknown> = hook()): Promise<NotificationChannel> {
  const answer = await owner('POST', '/api/notifications', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body as NotificationChannel;
}

describe('a channel', () => {
  it('is created, changed and removed, and its secrets are in no answer, log, audit row or column', async () => {
    const texts: string[] = [];
    const call: Caller = async (...args) => {
      const answer = await owner(...args);
      texts.push(answer.text);
      return answer;
    };
    const first = await call('POST', '/api/notifications', hook());
    expect(first.body).toMatchObject({
      secretsSet: ['secret'],
      events: null,
      minSeverity: 'info',
      isActive: true,
    });
    const { id } = first.body as NotificationChannel;
    await call('PUT', `/api/notifications/${id}`, {
      secrets: { secret: `${SECRET}-2` },
      minSeverity: 'critical',
    });
    await call('PUT', `/api/notifications/${id}`, { name: 'Other' });
    expect((await call('GET', `/api/notifications/${id}`)).body).toMatchObject({
      name: 'Other',
      minSeverity: 'critical',
      secretsSet: ['secret'],
    });
    await call('GET', '/api/notifications');
    await call('POST', `/api/notifications/${id}/test`);
    await call('GET', `/api/notifications/${id}/deliveries`);
    expect((await call('DELETE', `/api/notifications/${id}`)).status).toBe(204);
    expect((await call('GET', `/api/notifications/${id}`)).status).toBe(404);
    const audit: unknown = await api.dataSource.query('SELECT details FROM audit');
    for (const text of [...texts, JSON.stringify(audit), api.log()]) expect(text).not.toContain(SECRET);
    expect(texts).toHaveLength(9);
  });

  it('keeps the secrets that a change does not name', async () => {
    const { id } = await created();
    const settings = { url: `${receiver.url}/other` };
    expect((await owner('PUT', `/api/notifications/${id}`, { settings })).status).toBe(200);
    expect((await owner('POST', `/api/notifications/${id}/test`)).body).toEqual({ ok: true, error: null });
    expect(receiver.requests[0]?.url).toBe('/other');
    expect(receiver.requests[0]?.headers['x-gridfleet-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
  });

  it.each([
    [{ kind: 'pigeon' }, 'body.kind'],
    [{ settings: {} }, 'body.settings.url'],
    [{ secrets: {} }, 'body.secrets.secret'],
    [{ secrets: { secret: 'short' } }, 'body.secrets.secret'],
    [{ secrets: { secret: SECRET, more: 'x' } }, 'body.secrets.more'],
    [{ settings: { url: 'ftp://example.org/x' } }, 'body.settings.url'],
    [{ events: ['nonsense'] }, 'body.events.0'],
    [{ throttleSeconds: -1 }, 'body.throttleSeconds'],
  ])('with %j is refused, naming %s', async (part, field) => {
    const answer = await owner('POST', '/api/notifications', hook(part));
    expect(answer.status, answer.text).toBe(400);
    expect(answer.error.details.map((detail) => detail.field)).toContain(field);
  });

  it('looks absent to other users', async () => {
    const { id } = await created();
    const bob = api.as('bob@example.org');
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['GET', '/deliveries'],
    ] as const) {
      const body = method === 'PUT' ? { name: 'x' } : undefined;
      expect((await bob(method, `/api/notifications/${id}${path}`, body)).status).toBe(404);
    }
    expect((await bob('GET', '/api/notifications')).body).toEqual({ items: [] });
  });

  it('says in the answer and in the log why a test did not arrive', async () => {
    receiver.answer = () => ({ status: 403, body: 'not you' });
    const { id } = await created();
    expect((await owner('POST', `/api/notifications/${id}/test`)).body).toEqual({
      ok: false,
      error: 'HTTP 403: not you',
    });
    const { body } = await owner('GET', `/api/notifications/${id}/deliveries`);
    expect((body as { items: NotificationDelivery[] }).items).toMatchObject([
      { event: 'test', state: 'dead', error: 'HTTP 403: not you', title: 'Test message' },
    ]);
  });

  it('of a Chinese reader is written in Chinese', async () => {
    receiver.answer = () => ({ body: '{"ok":true}' });
    const { id } = await created({
      kind: 'telegram',
      name: 'Phone',
      settings: { chatId: '5' },
      secrets: { botToken: TOKEN },
      language: 'zh-CN',
    });
    expect((await owner('POST', `/api/notifications/${id}/test`)).body).toMatchObject({ ok: true });
    expect((JSON.parse(receiver.body()) as { text: string }).text).toContain('测试消息');
  });

  it('survives a change of the encryption key once its secrets are sealed anew', async () => {
    const { id } = await created();
    const fresh = 'ab'.repeat(32);
    const cipher = new CredentialCipher(fresh, [api.config.encryptionKey]);
    const { rotated, unreadable } = await rotateCredentials(api.dataSource, cipher);
    expect({ rotated, unreadable }).toEqual({ rotated: 1, unreadable: [] });
    const [row]: { key_id: string }[] = await api.dataSource.query(
      'SELECT key_id FROM notification_channel WHERE id = ?',
      [id],
    );
    expect(row?.key_id).toBe(cipher.keyId);
    // This API still has the old key alone: it says what to do.
    expect((await owner('POST', `/api/notifications/${id}/test`)).body).toMatchObject({
      ok: false,
      error: expect.stringContaining('ENCRYPTION_KEY') as string,
    });
  });
});

describe('the catalogue', () => {
  it('names every event with its severity and every channel with its schemas', async () => {
    const { body } = await owner('GET', '/api/notifications/events');
    const { events, channels } = body as {
      events: { event: string; severity: string }[];
      channels: { kind: string; settings: object; secrets: object }[];
    };
    expect(events).toContainEqual({ event: 'halt', severity: 'critical' });
    expect(events).toContainEqual({ event: 'fill', severity: 'info' });
    expect(channels.map(({ kind }) => kind)).toEqual([
      'telegram',
      'dingtalk',
      'feishu',
      'slack',
      'discord',
      'email',
      'webhook',
    ]);
    for (const { settings, secrets } of channels) {
      expect(settings).toHaveProperty('properties');
      expect(secrets).toHaveProperty('properties');
    }
  });
});

describe('the daily report', () => {
  it('is stored once for each day, with the figures of the day before', async () => {
    const { id } = await created(hook({ reportHour: 0 }));
    const longAgo = new Date(Date.now() - 3 * 86_400_000);
    await api.dataSource.query('UPDATE notification_channel SET created_at = ? WHERE id = ?', [longAgo, id]);
    const now = new Date();
    await new DailyReports(api.dataSource).tick(now);
    await new DailyReports(api.dataSource).tick(now);
    const rows: { event_key: string; payload: string }[] = await api.dataSource.query(
      'SELECT event_key, payload FROM notification_delivery WHERE channel_id = ?',
      [id],
    );
    const yesterday = new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);
    expect(rows.map((row) => row.event_key)).toEqual([`daily:${yesterday}`]);
    expect(JSON.parse(rows[0]?.payload ?? '')).toMatchObject({
      report: { day: yesterday, netProfit: '0', fills: 0, cycles: 0, running: 0, alerts: 0 },
    });
  });
});
