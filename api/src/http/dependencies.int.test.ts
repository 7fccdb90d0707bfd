import { createServer, connect as connectTcp, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { accountBody, createAccount, strategyBody } from '../testing/fixtures.js';
import { waitUntil } from '../../../tests/harness/wait.js';
import { startTestApi, type Answer, type Caller, type TestApi } from '../testing/test-api.js';

/** Stands between the API and a server, and can refuse, cut or swallow everything. */
class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDeaf = false;
  url = '';

  constructor(target: URL) {
    this.#server = createServer((client) => {
      const upstream = connectTcp(Number(target.port), target.hostname);
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
      }
      client.on('data', (chunk) => this.#isDeaf || upstream.write(chunk));
      upstream.on('data', (chunk) => this.#isDeaf || client.write(chunk));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
  }

  static async to(url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    const own = new URL(url);
    own.hostname = '127.0.0.1';
    own.port = String(typeof address === 'object' ? address?.port : '');
    proxy.url = own.href;
    return proxy;
  }

  /** Packets get lost: nobody hears of it. */
  swallow(): void {
    this.#isDeaf = true;
  }

  /** Connections break, and no new ones are accepted. */
  cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

let mysql: Proxy;
let redis: Proxy;
let api: TestApi;
let ann: Caller;

beforeEach(async () => {
  mysql = await Proxy.to(inject('databaseUrl'));
  redis = await Proxy.to(inject('redisUrl'));
  api = await startTestApi({}, { databaseServer: mysql.url, redisServer: redis.url });
  ann = api.as('ann@example.org');
  await createAccount(ann);
});
afterEach(async () => {
  mysql.cut();
  redis.cut();
  await api.abandon();
});

const REQUESTS = [
  ['GET', '/api/accounts', undefined],
  ['GET', '/api/strategies', undefined],
  ['POST', '/api/strategies', strategyBody(1)],
  ['POST', '/api/accounts', accountBody()],
  ['POST', '/api/strategies/1/stop', undefined],
  ['GET', '/api/trades/stats', undefined],
  ['GET', '/api/events', undefined],
] as const;

async function sendAll(): Promise<Answer[]> {
  const began = performance.now();
  const answers = await Promise.all(REQUESTS.map(([method, url, body]) => ann(method, url, body)));
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(JSON.stringify(answers)).not.toMatch(/ECONN|127\.0\.0\.1|SELECT/);
  return answers;
}

/** No request hangs; as soon as the failure is known, every request ends with 503. */
async function expectUnavailable(): Promise<void> {
  // What needs only the other server may still succeed before the failure is noticed.
  const first = await sendAll();
  expect(first.some(({ status }) => status === 503)).toBe(true);
  expect(first.every(({ status, error }) => status < 500 || error.code === 'DEPENDENCY_UNAVAILABLE')).toBe(
    true,
  );
  await waitUntil(async () => (await ann('GET', '/health')).status === 503, {
    timeoutMs: 5_000,
    what: 'the failure to be noticed',
  });
  const answers = await sendAll();
  expect(answers.map(({ status, error }) => [status, error.code])).toEqual(
    REQUESTS.map(() => [503, 'DEPENDENCY_UNAVAILABLE']),
  );
  expect(answers[0]?.headers['retry-after']).toBe('2');
}

describe.each([
  ['refuses connections', (proxy: Proxy) => proxy.cut()],
  ['does not answer any more', (proxy: Proxy) => proxy.swallow()],
])('a server that %s', (_name, fail) => {
  test('MySQL: every request ends with 503 within 5 s', async () => {
    fail(mysql);
    await expectUnavailable();
    const health = await ann('GET', '/health');
    expect([health.status, health.body]).toMatchObject([
      503,
      { status: 'degraded', checks: { mysql: false } },
    ]);
    expect((await ann('GET', '/health/live')).status).toBe(200);
  });

  test('Redis: every request ends with 503 within 5 s', async () => {
    fail(redis);
    await expectUnavailable();
    expect((await ann('GET', '/health/ready')).status).toBe(503);
    expect((await ann('GET', '/health/redis')).body).toEqual({ status: 'degraded', latencyMs: null });
  });
});
