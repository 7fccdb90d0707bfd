import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cipherKeys,
  connectRedis,
  CredentialCipher,
  EventGroup,
  NotificationDeliveryRepository,
  publishEvents,
} from '@gridfleet/shared/infra';
import type {
  FillDto,
  NotificationChannel,
  NotificationDelivery,
  PlatformEvent,
} from '@gridfleet/shared/schema';
import { waitUntil } from '../../../tests/harness/wait.js';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { startReceiver, type Receiver } from '../testing/receiver.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';
import { safeHttp } from './http/safe-http.js';
import { ChannelSender } from './channel-sender.js';
import { Notifier } from './notifier.js';

/** Waits of the notifier are this part of the real ones: a lease of 3 s, an abandoned entry after 1.5 s. */
const TIME_SCALE = 0.05;
const SECRET = 'a-signing-secret-nobody-may-see';

let api: TestApi;
let receiver: Receiver;
let owner: Caller;
let strategyId: number;
const running: Notifier[] = [];

beforeAll(async () => {
  api = await startTestApi({ notifyAllowPrivate: true });
  owner = api.as('ann@example.org');
  const account = await createAccount(owner);
  ({ id: strategyId } = await createStrategy(owner, account.id));
});
afterAll(() => api.close());

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await receiver.close();
  await owner('PUT', '/api/trading-state/platform', { state: 'ACTIVE' });
  await api.dataSource.query('DELETE FROM notification_channel');
  await api.dataSource.query('UPDATE outbox SET notified_at = UTC_TIMESTAMP(3)');
});

function startNotifier(): Notifier {
  const { config, dataSource, redisUrl } = api;
  const sender = new ChannelSender(dataSource, new CredentialCipher(...cipherKeys(config)), {
    http: safeHttp,
    allowPrivate: true,
    telegramUrl: receiver.url,
    deadlineMs: 2_000,
  });
  const notifier = new Notifier({
    dataSource,
    connectBlocking: () => connectRedis(redisUrl, { commandTimeoutMs: null }),
    sender,
    logger: api.logger,
    timeScale: TIME_SCALE,
  });
  running.push(notifier);
  notifier.start();
  return notifier;
}

async function channel(body: Record<string, unknown> = {}): Promise<NotificationChannel> {
  const answer = await owner('POST', '/api/notifications', {
    kind: 'webhook',
    name: 'Hook',
    settings: { url: `${receiver.url}/hook` },
    secrets: { secret: SECRET },
    events: ['halt', 'fill', 'order-refused', 'risk-stop', 'run-failed'],
    ...body,
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body as NotificationChannel;
}

const halt = () =>
  owner('PUT', '/api/trading-state/platform', { state: 'HALTED', confirmation: 'HALT PLATFORM' });

let fills = 0;
function fill(): PlatformEvent {
  fills += 1;
  const data: FillDto = {
    id: String(fills),
    orderId: '1',
    strategyId,
    accountId: 1,
    market: 'BTC/USDT',
    slot: 0,
    side: 'buy',
    tradeId: String(fills),
    price: '60000',
    quantity: '0.01',
    amount: '600',
    fee: '0.6',
    feeAsset: 'USDT',
    feeQuote: '0.6',
    maker: true,
    time: new Date().toISOString(),
  };
  return { type: 'fill', strategyId, data };
}

interface Told {
  event: string;
  title: string;
  data: { summary: { count: number } | null };
}
const told = (): Told[] => receiver.requests.map(({ body }) => JSON.parse(body) as Told);

async function log(id: number): Promise<NotificationDelivery[]> {
  const answer = await owner('GET', `/api/notifications/${id}/deliveries`);
  return (answer.body as { items: NotificationDelivery[] }).items;
}

const until = <T>(what: string, look: () => T | Promise<T>) => waitUntil(look, { timeoutMs: 15_000, what });

describe('a critical event', () => {
  it('is told after all of Redis was lost, by the outbox alone', async () => {
    const { id } = await channel();
    expect((await halt()).status).toBe(200);
    await api.redis.flushdb();
    startNotifier();
    await until('the halt', () => receiver.requests.length === 1);
    expect(told()).toMatchObject([{ event: 'halt', title: 'Trading halted · Whole platform' }]);
    await until('its record', async () => (await log(id))[0]?.state === 'sent');
  });

  it('is told once by two notifiers', async () => {
    const { id } = await channel();
    startNotifier();
    startNotifier();
    await halt();
    await until('its record', async () => (await log(id))[0]?.state === 'sent');
    expect(await log(id)).toHaveLength(1);
    expect(receiver.requests).toHaveLength(1);
  });

  it('is never held back, however many come', async () => {
    const { id } = await channel({ throttleSeconds: 3_600 });
    startNotifier();
    for (let round = 0; round < 3; round += 1) {
      await halt();
      await owner('PUT', '/api/trading-state/platform', { state: 'ACTIVE' });
    }
    await until(
      'three halts',
      async () => (await log(id)).filter(({ state }) => state === 'sent').length === 3,
    );
    expect(told().map(({ event }) => event)).toEqual(['halt', 'halt', 'halt']);
  });

  it('whose message was taken by a process that died is sent by another', async () => {
    const { id } = await channel();
    receiver.answer = () => null;
    const first = startNotifier();
    await halt();
    await until('the first attempt', () => receiver.requests.length === 1);
    // As if killed: what it has taken it neither finishes nor gives back.
    const deliveries = new NotificationDeliveryRepository(api.dataSource);
    expect(await deliveries.claim(10, 1_000, [])).toEqual([]);
    receiver.answer = () => ({});
    startNotifier();
    await until('the second attempt', async () => (await log(id))[0]?.state === 'sent');
    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
    await first.stop();
  });
});

describe('events of the stream', () => {
  it('that a dead process had read and not acknowledged are told by another', async () => {
    const { id } = await channel({ throttleSeconds: 0 });
    const redis = connectRedis(api.redisUrl, { commandTimeoutMs: null });
    const dead = new EventGroup(redis, 'notifications', 'dead', ['fill']);
    await dead.ensure();
    await publishEvents(api.redis, [fill(), fill()]);
    expect((await dead.read(100)).filter(({ event }) => event !== null)).toHaveLength(2);
    redis.disconnect();
    startNotifier();
    await until(
      'both fills',
      async () => (await log(id)).filter(({ state }) => state === 'sent').length === 2,
    );
    const left = (await api.redis.xpending('events:platform', 'notifications')) as [number, ...unknown[]];
    expect(left[0]).toBe(0);
  });

  it('are told again after Redis was emptied under a running notifier', async () => {
    const { id } = await channel({ throttleSeconds: 0 });
    startNotifier();
    await publishEvents(api.redis, [fill()]);
    await until('the first fill', async () => (await log(id)).length === 1);
    await api.redis.flushdb();
    await publishEvents(api.redis, [fill()]);
    await until(
      'the second fill',
      async () => (await log(id)).filter(({ state }) => state === 'sent').length === 2,
    );
  });

  it('beyond the throttle are summed up in one message', async () => {
    const { id } = await channel({ throttleSeconds: 1 });
    startNotifier();
    await publishEvents(api.redis, [fill(), fill(), fill(), fill(), fill()]);
    await until('the summary', () => receiver.requests.length === 2);
    expect(told()).toMatchObject([
      { event: 'fill', data: { summary: null } },
      { event: 'fill', data: { summary: { count: 4 } } },
    ]);
    const states = (await log(id)).map(({ state }) => state).sort();
    expect(states).toEqual(['sent', 'sent', 'summed', 'summed', 'summed', 'summed']);
  });

  it('are not told to other users, to channels that switched them off, or below their severity', async () => {
    const quiet = await channel({ events: ['halt'] });
    const severe = await channel({ events: null, minSeverity: 'warning' });
    const stranger = await api.as('bob@example.org')('POST', '/api/notifications', {
      kind: 'webhook',
      name: 'Bob',
      settings: { url: `${receiver.url}/bob` },
      secrets: { secret: SECRET },
    });
    expect(stranger.status).toBe(201);
    const wanted = await channel({ throttleSeconds: 0 });
    startNotifier();
    await publishEvents(api.redis, [fill()]);
    await until('the fill', async () => (await log(wanted.id)).length === 1);
    expect(await log(quiet.id)).toEqual([]);
    expect(await log(severe.id)).toEqual([]);
    expect(await api.count(`notification_delivery WHERE channel_id <> ${wanted.id}`)).toBe(0);
  });
});

describe('a receiver', () => {
  it('that is down for a while gets the message when it is back', async () => {
    const { id } = await channel();
    let calls = 0;
    receiver.answer = () => ({ status: (calls += 1) < 3 ? 503 : 200 });
    startNotifier();
    await halt();
    await until('the third attempt', async () => (await log(id))[0]?.state === 'sent');
    expect((await log(id))[0]).toMatchObject({ attempts: 3, error: null });
    const ids = new Set(receiver.requests.map(({ headers }) => headers['x-gridfleet-delivery']));
    expect(ids.size).toBe(1);
  });

  it('that refuses is not asked again, and the log says why', async () => {
    const { id } = await channel();
    receiver.answer = () => ({ status: 410, body: `gone, and your secret is ${SECRET}` });
    startNotifier();
    await halt();
    await until('the end', async () => (await log(id))[0]?.state === 'dead');
    expect((await log(id))[0]).toMatchObject({
      attempts: 1,
      error: 'HTTP 410: gone, and your secret is [secret]',
      nextAttemptAt: null,
    });
    expect(api.log()).not.toContain(SECRET);
  });
});
