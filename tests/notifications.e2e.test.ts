import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NotificationChannel, NotificationDelivery } from '@gridfleet/shared/schema';
import { startReceiver, type Receiver } from '../api/src/testing/receiver.js';
import { TestPlatform } from './harness/platform.js';
import { startGridfleet, type GridfleetProcess } from './harness/processes.js';
import { Rest } from './harness/rest.js';
import { waitUntil } from './harness/wait.js';

const SECRET = 'a-signing-secret-nobody-may-see';

let platform: TestPlatform;
let receiver: Receiver;
const started: GridfleetProcess[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  // A message stays with a process that died for a tenth of the usual minute.
  platform = await TestPlatform.create('http://127.0.0.1:1', {
    NOTIFY_ALLOW_PRIVATE: 'true',
    TIME_SCALE: '0.1',
    LOG_LEVEL: 'debug',
  });
});
afterAll(async () => {
  await Promise.all(started.filter((one) => one.exitCode() === undefined).map((one) => one.stop()));
  await platform.close();
  await receiver.close();
});

async function startApi(): Promise<{ process: GridfleetProcess; api: Rest }> {
  const process = await startGridfleet(['api'], { env: platform.env });
  started.push(process);
  return { process, api: new Rest(String(process.ready['url'])) };
}

it('a halt reaches people although the process that was telling them was killed and Redis was emptied', async () => {
  const first = await startApi();
  const channel = await first.api.post<NotificationChannel>('/api/notifications', {
    kind: 'webhook',
    name: 'Pager',
    settings: { url: `${receiver.url}/hook` },
    secrets: { secret: SECRET },
  });
  expect(channel.status, JSON.stringify(channel.body)).toBe(201);
  receiver.answer = () => null;
  const halt = await first.api.post('/api/halt', {
    scope: 'platform',
    orders: 'leave',
    confirmation: 'HALT PLATFORM',
  });
  expect(halt.status, JSON.stringify(halt.body)).toBeLessThan(300);
  await waitUntil(() => receiver.requests.length === 1, { timeoutMs: 20_000, what: 'the first attempt' });
  await first.process.kill();
  await platform.redis.flushdb();

  receiver.answer = () => ({});
  const { api } = await startApi();
  const delivery = await waitUntil(
    async () => {
      const { body } = await api.get<{ items: NotificationDelivery[] }>(
        `/api/notifications/${channel.body.id}/deliveries`,
      );
      return body.items.find(({ state }) => state === 'sent');
    },
    { timeoutMs: 30_000, what: 'the message to arrive' },
  );
  expect(delivery).toMatchObject({ event: 'halt', severity: 'critical', attempts: 2 });
  expect(receiver.requests.map(({ headers }) => headers['x-gridfleet-delivery'])).toEqual([
    delivery.id,
    delivery.id,
  ]);
  for (const process of started) expect(process.output()).not.toContain(SECRET);
});
