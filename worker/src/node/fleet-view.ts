import { hashToWorker, redisKeys, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { WorkerInfo } from '@gridfleet/shared/schema';
import { COMMON_RUNS, EXPIRY_MS } from './node-registry.js';

/** A node whose last heartbeat is older is not counted on, ms. */
const COUNTED_ON_MS = 3_500;

/** A living node that trades. */
export interface FleetNode extends WorkerInfo {
  commonRuns: number;
}

/** The living nodes, as of the last look. Ages are Redis's own: the clocks of machines differ. */
export class FleetView {
  readonly #redis: Redis;
  readonly #log: Logger;
  #living: FleetNode[] = [];
  #nodes: FleetNode[] = [];

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  /** Those that can be counted on to take a run now. */
  get nodes(): readonly FleetNode[] {
    return this.#nodes;
  }

  /** With those that were silent for some seconds and are not given up: a busy machine is late with everything. */
  get living(): readonly FleetNode[] {
    return this.#living;
  }

  /** Looks again; when Redis does not answer, the last look stands. */
  async refresh(): Promise<void> {
    try {
      const names = await this.#redis.smembers(redisKeys.workers);
      if (names.length === 0) return void (this.#nodes = this.#living = []);
      const pipeline = this.#redis.pipeline();
      for (const name of names) {
        const key = redisKeys.workerInfo(name);
        pipeline.hgetall(key).pttl(key);
      }
      const replies = (await pipeline.exec()) ?? [];
      const read = names.map((name, index) => ({
        name,
        hash: (replies[2 * index]?.[1] ?? {}) as Record<string, string>,
        left: Number(replies[2 * index + 1]?.[1] ?? -2),
      }));
      const living = read.flatMap(({ hash, left }) => {
        const info = hashToWorker(hash);
        if (info === null || !info.roles.split(',').includes('live')) return [];
        const node = { ...info, commonRuns: Number(hash[COMMON_RUNS] ?? 0) };
        return [{ node, isFresh: EXPIRY_MS - left <= COUNTED_ON_MS }];
      });
      this.#living = living.map(({ node }) => node);
      this.#nodes = living.filter(({ isFresh }) => isFresh).map(({ node }) => node);
      const gone = read.filter(({ left }) => left === -2).map(({ name }) => name);
      if (gone.length > 0) await this.#redis.srem(redisKeys.workers, ...gone);
    } catch (error) {
      this.#log.warn({ err: error }, 'the other nodes could not be looked at');
    }
  }
}
