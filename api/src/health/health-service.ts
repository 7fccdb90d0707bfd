import { readWorkers, type Redis } from '@gridfleet/shared/infra';
import type { Health, RedisHealth } from '@gridfleet/shared/schema';
import type { DependencyGate } from '../http/dependency-gate.js';
import { withDeadline } from '../http/deadline.js';

const PING_TIMEOUT_MS = 2_000;

/** How the API and what it stands on are doing. */
export class HealthService {
  readonly #gate: DependencyGate;
  readonly #redis: Redis;
  readonly #version: string;

  constructor(gate: DependencyGate, redis: Redis, version: string) {
    this.#gate = gate;
    this.#redis = redis;
    this.#version = version;
  }

  async health(): Promise<Health> {
    const { mysql, redis } = await this.#gate.probe();
    const workers = redis ? await this.#countWorkers() : 0;
    return {
      status: mysql && redis ? 'ok' : 'degraded',
      version: this.#version,
      checks: { mysql, redis, workers },
    };
  }

  async redis(): Promise<RedisHealth> {
    const began = performance.now();
    try {
      await withDeadline(this.#redis.ping(), PING_TIMEOUT_MS, 'ping');
      return { status: 'ok', latencyMs: Math.round((performance.now() - began) * 1000) / 1000 };
    } catch {
      return { status: 'degraded', latencyMs: null };
    }
  }

  async #countWorkers(): Promise<number> {
    try {
      return (await readWorkers(this.#redis)).length;
    } catch {
      return 0; // Redis went away since the check: nobody can be seen
    }
  }
}
