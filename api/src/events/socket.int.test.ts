import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { publishEvents } from '@gridfleet/shared/infra';
import type { EventSnapshot, PlatformEvent, Strategy } from '@gridfleet/shared/schema';
import { waitUntil } from '../../../tests/harness/wait.js';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { PROXY_SECRET, startTestApi, type TestApi } from '../testing/test-api.js';

interface Message {
  event: string;
  id?: string;
  data: unknown;
}

let api: TestApi;
let ofAnn: Strategy;
let ofBob: Strategy;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  api = await startTestApi();
  const strategyOf = async (email: string): Promise<Strategy> =>
    createStrategy(api.as(email), (await createAccount(api.as(email))).id);
  ofAnn = await strategyOf('ann@example.org');
  ofBob = await strategyOf('bob@example.org');
  await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await api.close();
});

function connect(query: string, headers: Record<string, string>): WebSocket {
  const address = api.app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/events/ws${query}`, { headers });
  sockets.push(socket);
  return socket;
}

const ANN = { 'x-gridfleet-proxy-secret': PROXY_SECRET, 'x-forwarded-email': 'ann@example.org' };

async function open(query = ''): Promise<{ messages: Message[]; next: (event: string) => Promise<Message> }> {
  const messages: Message[] = [];
  const taken = new Set<Message>();
  const socket = connect(query, ANN);
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const next = async (event: string): Promise<Message> => {
    const message = await waitUntil(() => messages.find((one) => one.event === event && !taken.has(one)), {
      timeoutMs: 10_000,
      what: `a message ${event}`,
    });
    taken.add(message);
    return message;
  };
  return { messages, next };
}

/** Status of the answer that refuses the upgrade. */
const refusal = (query: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve) => {
    const socket = connect(query, headers);
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
  });

const changed = (strategy: Strategy): PlatformEvent => ({
  type: 'strategy',
  strategyId: strategy.id,
  data: null,
});

describe('the event stream over a WebSocket', () => {
  test('begins with a snapshot, goes on with numbered deltas of the user’s own, and resumes', async () => {
    const first = await open();
    const snapshot = (await first.next('snapshot')).data as EventSnapshot;
    expect(snapshot.strategies.map(({ strategyId }) => strategyId)).toEqual([ofAnn.id]);
    await publishEvents(api.redis, [ofAnn, ofBob, ofAnn].map(changed));
    const [one, two] = [await first.next('delta'), await first.next('delta')];
    expect(one.data).toMatchObject({ previous: snapshot.cursor, event: changed(ofAnn) });
    expect(two.data).toMatchObject({ previous: one.id });
    expect(first.messages.filter(({ event }) => event === 'delta')).toHaveLength(2);
    const again = await open(`?lastEventId=${one.id ?? ''}`);
    expect((await again.next('delta')).id).toBe(two.id);
    expect(again.messages.some(({ event }) => event === 'snapshot')).toBe(false);
  });

  test('is refused to strangers and to other web sites', async () => {
    expect(await refusal('', {})).toBe(401);
    expect(await refusal('', { ...ANN, origin: 'https://evil.example' })).toBe(403);
    expect(await refusal('?x=1', ANN)).toBe(400);
  });

  test('is not answered as a page', async () => {
    expect((await api.as('ann@example.org')('GET', '/api/events/ws')).status).toBe(404);
  });

  test('ends for a client that sends what nobody asked for', async () => {
    const socket = connect('', ANN);
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send('x'.repeat(5_000)));
    expect(await closed).toBe(1009);
  });
});
