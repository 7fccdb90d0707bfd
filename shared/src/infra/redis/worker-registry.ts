import { Value } from 'typebox/value';
import type { Redis } from 'ioredis';
import { WorkerInfo } from '../../schema/health.js';
import { redisKeys } from './keys.js';

/** Fields of the hash `worker:info:{name}`, which expires when the node stops renewing it. */
const FIELDS = {
  name: 'name',
  instanceId: 'instance_id',
  hostname: 'hostname',
  ip: 'ip',
  egressIp: 'egress_ip',
  version: 'version',
  roles: 'roles',
  labels: 'labels',
  state: 'state',
  capacity: 'capacity',
  running: 'running',
  eventLoopUtilisation: 'event_loop_utilisation',
  eventLoopLagMs: 'event_loop_lag_ms',
  rssBytes: 'rss_bytes',
  startedAt: 'started_at',
  heartbeatAt: 'heartbeat_at',
} as const satisfies Record<keyof WorkerInfo, string>;

const NUMERIC: ReadonlySet<string> = new Set<keyof WorkerInfo>([
  'capacity',
  'running',
  'eventLoopUtilisation',
  'eventLoopLagMs',
  'rssBytes',
]);

export type WorkerHash = Record<(typeof FIELDS)[keyof WorkerInfo], string>;

export function workerToHash(info: WorkerInfo): WorkerHash {
  const entries = Object.entries(FIELDS).map(([key, field]) => {
    const value = info[key as keyof WorkerInfo];
    return [field, value === null ? '' : String(value)];
  });
  return Object.fromEntries(entries) as WorkerHash;
}

/** Reads the hash back; null when there is none or it does not parse. */
export function hashToWorker(hash: Readonly<Record<string, string>>): WorkerInfo | null {
  const info: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(FIELDS)) {
    const text = hash[field] ?? '';
    info[key] = text === '' ? null : NUMERIC.has(key) ? Number(text) : text;
  }
  return Value.Check(WorkerInfo, info) ? info : null;
}

/** The nodes that are alive, by name. One that died without leaving is in the set but its hash has expired. */
export async function readWorkers(redis: Redis): Promise<WorkerInfo[]> {
  const names = await redis.smembers(redisKeys.workers);
  const hashes = await Promise.all(names.map((name) => redis.hgetall(redisKeys.workerInfo(name))));
  return hashes
    .map(hashToWorker)
    .filter((info) => info !== null)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Whether any node that trades is alive; nodes for backtests alone have capacity 0 and talk to no exchange. */
export async function hasLiveWorker(redis: Redis): Promise<boolean> {
  const names = await redis.smembers(redisKeys.workers);
  const capacities = await Promise.all(
    names.map((name) => redis.hget(redisKeys.workerInfo(name), FIELDS.capacity)),
  );
  return capacities.some((capacity) => capacity !== null && capacity !== '0');
}
