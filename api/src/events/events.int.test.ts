import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { publishEvents, redisKeys } from '@gridfleet/shared/infra';
import type { EventSnapshot, PlatformEvent, Strategy } from '@gridfleet/shared/schema';
import { waitUntil } from '../../../tests/harness/wait.js';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { openEvents, type SseClient } from '../testing/sse.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

const ANN = 'ann@example.org';
const BOB = 'bob@example.org';

let api: TestApi;
let ofAnn: Strategy;
let ofBob: Strategy;
let clients: SseClient[] = [];

beforeAll(async () => {
  api = await startTestApi();
  const strategyOf = async (email: string): Promise<Strategy> => {
    const account = await createAccount(api.as(email));
    return createStrategy(api.as(email), account.id);
  };
  ofAnn = await strategyOf(ANN);
  ofBob = await strategyOf(BOB);
});
afterAll(() => api.close());
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
});

async function open(email: string, lastEventId?: string): Promise<SseClient> {
  const client = await openEvents(api, email, lastEventId);
  clients.push(client);
  return client;
}
const changed = (strategy: Strategy): PlatformEvent => ({
  type: 'strategy',
  strategyId: strategy.id,
  data: null,
});
const publish = (...strategies: Strategy[]): Promise<void> =>
  publishEvents(api.redis, strategies.map(changed));

interface Delta {
  cursor: string;
  previous: string;
  event: PlatformEvent;
}
const delta = async (client: SseClient): Promise<Delta> => (await client.next('delta')).data as Delta;

describe('the event stream', () => {
  test('begins with a snapshot of the user’s strategies', async () => {
    const { id, data } = await (await open(ANN)).next('snapshot');
    const snapshot = data as EventSnapshot;
    expect(snapshot.strategies.map(({ strategyId }) => strategyId)).toEqual([ofAnn.id]);
    expect(id).toBe(snapshot.cursor);
  });

  test('goes on with deltas, each naming the one before it, of the user’s own strategies only', async () => {
    const ann = await open(ANN);
    const bob = await open(BOB);
    const snapshot = (await ann.next('snapshot')).data as EventSnapshot;
    await bob.next('snapshot');
    await publish(ofAnn, ofBob, ofAnn);
    const first = await delta(ann);
    const second = await delta(ann);
    expect(first.previous).toBe(snapshot.cursor);
    expect(second.previous).toBe(first.cursor);
    expect([first, second].map(({ event }) => event)).toEqual([changed(ofAnn), changed(ofAnn)]);
    expect((await delta(bob)).event).toEqual(changed(ofBob));
    await publish(ofAnn);
    await delta(ann);
    expect(ann.messages.filter(({ event }) => event === 'delta')).toHaveLength(3);
    expect(bob.messages.filter(({ event }) => event === 'delta')).toHaveLength(1);
  });

  test('tells of a strategy made while it is open', async () => {
    const ann = await open(ANN);
    await ann.next('snapshot');
    const strategy = await createStrategy(api.as(ANN), ofAnn.legs[0]?.accountId ?? 0);
    expect((await delta(ann)).event).toEqual(changed(strategy));
    await api.as(ANN)('POST', `/api/strategies/${strategy.id}/start`);
    expect((await delta(ann)).event).toMatchObject({ type: 'status', data: { state: 'queued' } });
    await api.as(ANN)('POST', `/api/strategies/${strategy.id}/stop`);
    expect((await delta(ann)).event).toMatchObject({ type: 'status', data: { state: 'stopping' } });
  });

  test('resumes after the last event a client has seen, without a snapshot', async () => {
    const ann = await open(ANN);
    await ann.next('snapshot');
    await publish(ofAnn, ofAnn, ofAnn);
    const seen = await delta(ann);
    ann.close();
    const again = await open(ANN, seen.cursor);
    const [second, third] = [await delta(again), await delta(again)];
    expect(second.previous).toBe(seen.cursor);
    expect(third.previous).toBe(second.cursor);
    await publish(ofAnn);
    expect((await delta(again)).previous).toBe(third.cursor);
    expect(again.messages.some(({ event }) => event === 'snapshot')).toBe(false);
  });

  test.each(['1-0', '9999999999999-0', 'nonsense'])(
    'gives a snapshot when it cannot resume at %s',
    async (lastEventId) => {
      await publish(ofAnn);
      await (await open(ANN, lastEventId)).next('snapshot');
    },
  );

  test('skips entries that are not events, and goes on', async () => {
    const ann = await open(ANN);
    await ann.next('snapshot');
    await api.redis.xadd(redisKeys.events, '*', 'event', '{not json');
    await api.redis.xadd(
      redisKeys.events,
      '*',
      'event',
      JSON.stringify({ type: 'later', strategyId: ofAnn.id }),
    );
    await publish(ofAnn);
    expect((await delta(ann)).event).toEqual(changed(ofAnn));
  });

  test('serves many clients over one blocking connection', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => open(ANN)));
    await Promise.all(many.map((client) => client.next('snapshot')));
    await publish(ofAnn);
    await Promise.all(many.map(delta));
    expect(api.blocking).toHaveLength(1);
  });

  test('ends the connection of everybody when events may be lost, so that they begin anew', async () => {
    const ann = await open(ANN);
    await ann.next('snapshot');
    await publish(ofAnn);
    await delta(ann);
    await api.redis.del(redisKeys.events);
    for (const connection of api.blocking) connection.disconnect(true);
    await waitUntil(() => ann.ended(), { timeoutMs: 15_000, what: 'the connection to end' });
    await (await open(ANN)).next('snapshot');
  });
});

describe('a shutdown', () => {
  test('ends open streams and does not wait for them', async () => {
    const other = await startTestApi();
    const client = await openEvents(other, ANN);
    await client.next('snapshot');
    const began = performance.now();
    await other.close();
    expect(performance.now() - began).toBeLessThan(5_000);
    await waitUntil(() => client.ended(), { timeoutMs: 2_000, what: 'the stream to end' });
  });
});
