import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { redisKeys } from '../redis/keys.js';
import { statusToHash, type LiveStatus } from './live-status.js';
import { readLive, type KnownReports } from './read-live.js';

const STATUS: LiveStatus = {
  runId: 1,
  jobId: 'run-1',
  fence: 1,
  workerName: 'node-1',
  workerIp: '127.0.0.1',
  workerHostname: 'host',
  state: 'running',
  reason: { code: 'X', message: 'Said.' },
  startedAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
  currentPrice: null,
  pendingBuys: 2,
  pendingSells: 1,
  positionCount: 1,
  position: '0.01',
  cycles: 3,
  fills: 7,
  realizedPnl: '1.5',
  unrealizedPnl: '-0.25',
  profit: null,
  range: null,
  phase: null,
  protection: 'none',
  coverage: null,
  lastError: null,
  paramsRevision: 1,
};

/** Answers as the script does: what a hash has as JSON, then whether there is a lock. */
function redisWith(hashes: Map<string, Record<string, string>>, locks: ReadonlySet<string>): Redis {
  const run = (_script: string, count: number, ...rest: string[]): unknown => {
    const keys = rest.slice(0, count);
    const fields = rest.slice(count);
    const half = count / 2;
    return keys
      .slice(0, half)
      .flatMap((key, i) => [
        JSON.stringify(fields.map((field) => hashes.get(key)?.[field] ?? false)),
        locks.has(keys[half + i] ?? '') ? 1 : 0,
      ]);
  };
  const pipeline = (): object => {
    const replies: [null, unknown][] = [];
    return {
      eval: (script: string, count: number, ...rest: string[]) =>
        replies.push([null, run(script, count, ...rest)]),
      exec: () => Promise.resolve(replies),
    };
  };
  return { pipeline } as unknown as Redis;
}

test('reports come in the order asked, over more than one call, with nothing for those there are none of', async () => {
  const ids = Array.from({ length: 250 }, (_, i) => 1_000 - i);
  const hashes = new Map(
    ids
      .filter((id) => id % 2 === 0)
      .map((id) => [redisKeys.running(id), { ...statusToHash({ ...STATUS, runId: id }) }]),
  );
  const locks = new Set(ids.filter((id) => id % 3 === 0).map(redisKeys.lock));
  const reports = await readLive(redisWith(hashes, locks), ids);
  expect(reports.map(({ live, leased }) => [live?.runId ?? null, leased])).toEqual(
    ids.map((id) => [id % 2 === 0 ? id : null, id % 3 === 0]),
  );
  expect(reports[0]?.live).toEqual({ ...STATUS, runId: 1_000 });
});

test('a report whose text is the same is not read again; one that has changed is', async () => {
  const hashes = new Map([[redisKeys.running(7), { ...statusToHash(STATUS) }]]);
  const known: KnownReports = new Map();
  const redis = redisWith(hashes, new Set());
  const [first] = await readLive(redis, [7], known);
  const [second] = await readLive(redis, [7], known);
  expect(second?.live).toBe(first?.live);
  hashes.set(redisKeys.running(7), { ...statusToHash({ ...STATUS, fills: 8 }) });
  const [third] = await readLive(redis, [7], known);
  expect(third?.live?.fills).toBe(8);
  hashes.delete(redisKeys.running(7));
  expect((await readLive(redis, [7], known))[0]?.live).toBeNull();
});
