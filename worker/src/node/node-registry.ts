import { monitorEventLoopDelay, performance as perf } from 'node:perf_hooks';
import { randomUUID } from 'node:crypto';
import { redisKeys, workerToHash, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { NodeIdentity } from './status-reporter.js';

const HEARTBEAT_MS = 2_000;
/** A node that says nothing for this long is gone, ms. */
const EXPIRY_MS = 10_000;

/** What the node does: its roles, and how many strategies it trades at most. */
export interface NodeWork {
  capacity: number;
  roles: readonly string[];
}

/** Says that this node lives, and how it is. */
export class NodeRegistry {
  readonly #redis: Redis;
  readonly #identity: NodeIdentity;
  readonly #work: NodeWork;
  readonly #version: string;
  readonly #running: () => number;
  readonly #log: Logger;
  readonly #instanceId = randomUUID();
  readonly #startedAt = new Date().toISOString();
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #load = perf.eventLoopUtilization();
  #utilisation = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    redis: Redis,
    identity: NodeIdentity,
    work: NodeWork,
    version: string,
    running: () => number,
    log: Logger,
  ) {
    this.#redis = redis;
    this.#identity = identity;
    this.#work = work;
    this.#version = version;
    this.#running = running;
    this.#log = log;
  }

  /** Share of the last heartbeat's time in which the event loop was busy, 0..1. */
  utilisation(): number {
    return this.#utilisation;
  }

  async start(): Promise<void> {
    this.#delay.enable();
    await this.#beat();
    this.#timer = setInterval(() => {
      this.#beat().catch((error: unknown) => this.#log.warn({ err: error }, 'heartbeat failed'));
    }, HEARTBEAT_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#delay.disable();
    await this.#redis
      .multi()
      .srem(redisKeys.workers, this.#identity.name)
      .del(redisKeys.workerInfo(this.#identity.name))
      .exec();
  }

  async #beat(): Promise<void> {
    const load = perf.eventLoopUtilization();
    this.#utilisation = perf.eventLoopUtilization(load, this.#load).utilization;
    this.#load = load;
    const { name } = this.#identity;
    const key = redisKeys.workerInfo(name);
    const hash = workerToHash({
      name,
      instanceId: this.#instanceId,
      hostname: this.#identity.hostname,
      ip: this.#identity.ip,
      version: this.#version,
      capacity: this.#work.capacity,
      roles: this.#work.roles.join(','),
      running: this.#running(),
      eventLoopUtilisation: Math.round(this.#utilisation * 1_000) / 1_000,
      eventLoopLagMs: Math.max(0, Math.round((this.#delay.percentile(99) / 1e6 - 10) * 10) / 10),
      rssBytes: process.memoryUsage.rss(),
      startedAt: this.#startedAt,
      heartbeatAt: new Date().toISOString(),
    });
    this.#delay.reset();
    await this.#redis.multi().sadd(redisKeys.workers, name).hset(key, hash).pexpire(key, EXPIRY_MS).exec();
  }
}
