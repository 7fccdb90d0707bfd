import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectRedis, createLogger, type Redis } from '@gridfleet/shared/infra';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OwnRedis } from '../../../tests/harness/own-redis.js';
import { redisOfFile } from '../../../tests/harness/redis-of-file.js';
import { VenueError } from '../venue/venue-error.js';
import { FleetBudget } from './fleet-budget.js';
import type { Counter } from './local-budget.js';
import { SPOT_LIMITS, VenueGate, type GateAnswer } from './venue-gate.js';

const log = createLogger('test', 'fatal');
const MINUTE = 60_000;
/** In the middle of a minute and of a ten-second window. */
const TIME = 1_700_000_005_000 - ((1_700_000_000_000 % MINUTE) - 30_000);

// Paused in one of the cases, which no other file should notice.
let server: OwnRedis;
let redis: Redis;
let run = 0;
redisOfFile((connection, own) => {
  redis = connection;
  server = own;
});
beforeEach(() => {
  run += 1;
});

const scope = (): string => `test-${process.pid}-${run}`;
const counter = (limit: number, amount = 1): Counter => ({
  name: `budget:${scope()}:n`,
  windowMs: MINUTE,
  amount,
  limit,
});

interface Node {
  gate: VenueGate;
  at: { time: number; monotonic: number };
}

/** A node of the fleet: its own memory and clocks, the same Redis. */
function node(connection: Redis = redis): Node {
  const at = { time: TIME, monotonic: 0 };
  const budget = new FleetBudget(connection, log, () => at.monotonic);
  return { at, gate: new VenueGate(budget, scope(), '10.0.0.1', SPOT_LIMITS, () => at.time) };
}

const ORDER = 'http://h/api/v3/order';
const place = ({ gate }: Node, account = 'acc'): Promise<void> => gate.pass('POST', ORDER, account);
const cancel = ({ gate }: Node): Promise<void> => gate.pass('DELETE', `${ORDER}?symbol=X`, 'acc');
const answer = (headers: Record<string, string>, failure: VenueError | null = null): GateAnswer => ({
  url: ORDER,
  headers,
  failure,
  body: null,
  sentAt: TIME,
});
const refusal = (code: string, ms: number): VenueError =>
  new VenueError('limited', code, code, { retryAt: Date.now() + ms });
const held = (code: string): unknown => expect.objectContaining({ name: 'NotSentError', code });

describe('a budget shared through Redis', () => {
  it('lets two processes take exactly what is there', async () => {
    const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    const runner = file('../../../tests/harness/run-typescript.mjs');
    const script = file('../testing/budget-process.ts');
    const args = [runner, script, server.url, counter(1).name, '300', '250'];
    const start = (): Promise<{ stdout: string }> => promisify(execFile)(process.execPath, args);
    const taken = (await Promise.all([start(), start()])).map(({ stdout }) => Number(stdout));
    expect(taken.every((count) => count > 0)).toBe(true);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(300);
  });

  it('takes from all counters or none', async () => {
    const budget = new FleetBudget(redis, log);
    const wide = { ...counter(10), name: `budget:${scope()}:wide` };
    const narrow = { ...counter(0), name: `budget:${scope()}:narrow` };
    const verdict = await budget.take({ gates: [], counters: [wide, narrow], urgent: false }, TIME);
    expect(verdict).toMatchObject({ allowed: false, by: 'counter', name: narrow.name, retryInMs: 25_000 });
    expect(await redis.exists(`${wide.name}:${Math.floor(TIME / MINUTE)}`)).toBe(0);
  });

  it('begins anew with each window and leaves nothing behind', async () => {
    const budget = new FleetBudget(redis, log);
    const take = (time: number): Promise<{ allowed: boolean }> =>
      budget.take({ gates: [], counters: [counter(1)], urgent: false }, time);
    expect((await take(TIME)).allowed).toBe(true);
    expect((await take(TIME)).allowed).toBe(false);
    expect((await take(TIME + MINUTE)).allowed).toBe(true);
    const left = await redis.pttl(`${counter(1).name}:${Math.floor(TIME / MINUTE)}`);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(2 * MINUTE);
  });
});

describe('what a venue lets through', () => {
  it('keeps a share of the request weight for cancels when placements have used theirs', async () => {
    const a = node();
    await a.gate.answered(answer({ 'X-MBX-USED-WEIGHT-1M': '3600' }), null);
    const b = node();
    await expect(place(b)).rejects.toThrow(held('WEIGHT_BUDGET'));
    await expect(cancel(b)).resolves.toBeUndefined();
    await a.gate.answered(answer({ 'x-mbx-used-weight-1m': '4800' }), null);
    await expect(cancel(b)).rejects.toThrow(held('WEIGHT_BUDGET'));
    b.at.time += MINUTE;
    await expect(place(b)).resolves.toBeUndefined();
  });

  it('counts the orders of an account over all nodes, and no other account’s', async () => {
    const [a, b] = [node(), node()];
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => place(index % 2 === 0 ? a : b)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(80);
    await expect(place(a)).rejects.toThrow(held('ORDER_BUDGET'));
    await expect(cancel(a)).resolves.toBeUndefined();
    await expect(place(a, 'other')).resolves.toBeUndefined();
  });

  it('believes the exchange when it has counted more', async () => {
    const [a, b] = [node(), node()];
    await a.gate.answered(answer({ 'X-MBX-ORDER-COUNT-10S': '80' }), 'acc');
    await expect(place(b)).rejects.toThrow(held('ORDER_BUDGET'));
  });

  it('does not carry a count over into the next window', async () => {
    const a = node();
    a.at.time += MINUTE;
    await a.gate.answered(answer({ 'X-MBX-USED-WEIGHT-1M': '6000' }), null);
    await expect(place(a)).resolves.toBeUndefined();
  });

  it('learns the limits the exchange publishes', async () => {
    const a = node();
    const rateLimits = [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 5 },
    ];
    await a.gate.answered({ ...answer({}), url: 'http://h/api/v3/exchangeInfo', body: { rateLimits } }, null);
    for (let order = 0; order < 4; order++) await place(a);
    await expect(place(a)).rejects.toThrow(held('ORDER_BUDGET'));
  });
});

describe('a gate', () => {
  it('closed by one node’s 429 holds back every node, and says until when', async () => {
    const [a, b] = [node(), node()];
    await a.gate.answered(answer({}, refusal('TOO_MANY_REQUESTS', 7_000)), null);
    await expect(cancel(a)).rejects.toThrow(held('GATE_CLOSED'));
    const error: unknown = await cancel(b).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'GATE_CLOSED' });
    const { retryAt } = error as { retryAt: number };
    expect(retryAt - Date.now()).toBeGreaterThan(5_000);
    expect(retryAt - Date.now()).toBeLessThan(7_500);
  });

  it('closed while Redis hangs is told to the others as soon as it answers', async () => {
    const a = node();
    await redis.call('CLIENT', 'PAUSE', '500', 'ALL');
    // Its first question is not answered in time; after that the node leaves Redis alone for a while.
    await expect(cancel(a)).resolves.toBeUndefined();
    await a.gate.answered(answer({}, refusal('VENUE_BANNED', 20_000)), null);
    await expect(cancel(a)).rejects.toThrow(held('GATE_CLOSED'));
    a.at.monotonic += 1_500;
    await expect.poll(() => cancel(node()).catch((error: unknown) => error)).toEqual(held('GATE_CLOSED'));
  });

  it('lets cancels through first when it opens', async () => {
    const a = node();
    await a.gate.answered(answer({}, refusal('VENUE_BANNED', 30)), null);
    await expect(cancel(a)).rejects.toThrow(held('GATE_CLOSED'));
    await expect
      .poll(() => {
        a.at.monotonic += 50;
        return cancel(a).then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
    await expect(place(a)).rejects.toThrow(held('GATE_CLOSED'));
  });

  it('stays closed in the node that saw the ban when Redis has forgotten it', async () => {
    const a = node();
    await a.gate.answered(answer({}, refusal('VENUE_BANNED', 120_000)), null);
    await redis.del(...(await redis.keys(`budget:${scope()}:*`)));
    await expect(cancel(a)).rejects.toThrow(held('GATE_CLOSED'));
    await expect(cancel(node())).resolves.toBeUndefined();
  });

  it('is never shortened by a later, shorter refusal', async () => {
    const [a, b] = [node(), node()];
    await a.gate.answered(answer({}, refusal('VENUE_BANNED', 120_000)), null);
    await a.gate.answered(answer({}, refusal('TOO_MANY_REQUESTS', 1_000)), null);
    const error: unknown = await cancel(b).catch((thrown: unknown) => thrown);
    expect((error as { retryAt: number }).retryAt - Date.now()).toBeGreaterThan(100_000);
  });

  it('of an order count holds back only new orders of that account', async () => {
    const [a, b] = [node(), node()];
    await a.gate.answered(answer({}, refusal('TOO_MANY_ORDERS', 9_000)), 'acc');
    await expect(place(b)).rejects.toThrow(held('GATE_CLOSED'));
    await expect(cancel(b)).resolves.toBeUndefined();
    await expect(place(b, 'other')).resolves.toBeUndefined();
  });
});

describe('without Redis', () => {
  it('a node grants itself half of each budget, and keeps a gate it has seen', async () => {
    const gone = connectRedis('redis://127.0.0.1:1');
    gone.on('error', () => undefined);
    const a = node(gone);
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => place(a)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    await a.gate.answered(answer({}, refusal('VENUE_BANNED', 60_000)), null);
    await expect(cancel(a)).rejects.toThrow(held('GATE_CLOSED'));
    gone.disconnect();
  });
});

describe('periodic looks', () => {
  it('of all nodes at an address share a fifth of its request weight, and wait for the next window', async () => {
    const nodes = [node(), node()];
    const answers: number[] = [];
    for (let look = 0; look < 30; look += 1) answers.push((await nodes[look % 2]?.gate.look(46)) ?? -1);
    // 20 % of 6,000 are 26 looks of 46.
    expect(answers.filter((wait) => wait === 0)).toHaveLength(26);
    expect(answers.slice(26).every((wait) => wait > 0 && wait <= MINUTE)).toBe(true);
    for (const { at } of nodes) at.time += MINUTE;
    expect(await nodes[0]?.gate.look(46)).toBe(0);
  });

  it('leave everything else to the others', async () => {
    const one = node();
    for (let look = 0; look < 30; look += 1) await one.gate.look(46);
    await expect(place(one)).resolves.toBeUndefined();
    await expect(cancel(one)).resolves.toBeUndefined();
  });
});
