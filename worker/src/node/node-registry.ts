import { randomUUID } from 'node:crypto';
import {
  ConfigError,
  nodeHealthToHash,
  redisKeys,
  workerToHash,
  type Logger,
  type Redis,
} from '@gridfleet/shared/infra';
import type { NodeHealth, WorkerState } from '@gridfleet/shared/schema';
import { pause } from '../util/pause.js';
import type { LoadMeter } from './load-meter.js';
import type { NodeIdentity } from './status-reporter.js';

export const HEARTBEAT_MS = 1_000;
/** A node that says nothing for this long is gone, ms. */
export const EXPIRY_MS = 10_000;
/** Field beside the described ones: runs of the common queue. */
export const COMMON_RUNS = 'common_runs';

/** What the node does: its roles, its labels, and how many strategies it trades at most. */
export interface NodeWork {
  capacity: number;
  roles: readonly string[];
  labels: readonly string[];
  egressIp: string;
}

export interface NodeLoad {
  state: WorkerState;
  running: number;
  /** Those of them that any node could run. */
  commonRuns: number;
}

export interface NodeRegistryDeps {
  redis: Redis;
  identity: NodeIdentity;
  work: NodeWork;
  version: string;
  meter: LoadMeter;
  load(): NodeLoad;
  /** What it says of exchanges and streams. */
  health(): NodeHealth;
  log: Logger;
}

/** Says that this node lives, and how it is. */
export class NodeRegistry {
  readonly instanceId = randomUUID();
  readonly #deps: NodeRegistryDeps;
  readonly #startedAt = new Date().toISOString();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: NodeRegistryDeps) {
    this.#deps = deps;
  }

  /** @throws ConfigError when a living node has this name */
  async start(): Promise<void> {
    await this.#refuseNamesake();
    await this.beat();
    this.#timer = setInterval(() => {
      this.beat().catch((error: unknown) => this.#deps.log.warn({ err: error }, 'heartbeat failed'));
    }, HEARTBEAT_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const { redis, identity } = this.#deps;
    await redis
      .multi()
      .srem(redisKeys.workers, identity.name)
      .del(redisKeys.workerInfo(identity.name))
      .exec();
  }

  /** Also called out of turn, when the others had better know at once. */
  async beat(): Promise<void> {
    const { redis, identity, work, version, meter } = this.#deps;
    const { state, running, commonRuns } = this.#deps.load();
    const health = this.#deps.health();
    const key = redisKeys.workerInfo(identity.name);
    const hash = workerToHash({
      name: identity.name,
      instanceId: this.instanceId,
      hostname: identity.hostname,
      ip: identity.ip,
      egressIp: work.egressIp,
      version,
      capacity: work.capacity,
      roles: work.roles.join(','),
      labels: work.labels.join(',') || null,
      state,
      running,
      eventLoopUtilisation: Math.round(meter.utilisation() * 1_000) / 1_000,
      eventLoopLagMs: Math.round(meter.takeLag() * 10) / 10,
      rssBytes: process.memoryUsage.rss(),
      startedAt: this.#startedAt,
      heartbeatAt: new Date().toISOString(),
    });
    await redis
      .multi()
      .sadd(redisKeys.workers, identity.name)
      .hset(key, { ...hash, ...nodeHealthToHash(health), [COMMON_RUNS]: String(commonRuns) })
      .pexpire(key, EXPIRY_MS)
      .exec();
  }

  /** What a node of this name left behind expires; one that goes on beating is alive. */
  async #refuseNamesake(): Promise<void> {
    const { redis, identity } = this.#deps;
    const key = redisKeys.workerInfo(identity.name);
    const before = await redis.hget(key, 'heartbeat_at');
    if (before === null) return;
    await pause(2 * HEARTBEAT_MS, AbortSignal.timeout(2 * HEARTBEAT_MS));
    const after = await redis.hget(key, 'heartbeat_at');
    if (after === null || after === before) return;
    throw new ConfigError('WORKER_NAME', `"${identity.name}" is the name of another node that is alive`);
  }
}
