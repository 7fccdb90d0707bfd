import Redlock, { ExecutionError, ResourceLockedError, type Lock } from 'redlock';
import { NO_COUNTERS, redisKeys, type Counters, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { Lease } from './lease.js';

/** Life of a lease without renewal, ms. */
export const LEASE_MS = 4_500;
/** Often, so that what is left of a dead node's lease is short and a late renewal still has time, ms. */
export const RENEW_EVERY_MS = 1_000;
/** A run whose last successful renewal was sent longer ago than this fences itself. */
const FENCE_AFTER_MS = 3_500;
const CHECK_EVERY_MS = 250;

/** Renews many locks in one call; answers with the indexes of those that are no longer ours. */
const RENEW = `
local lost = {}
for i = 2, #ARGV do
  if redis.call('GET', KEYS[i - 1]) == ARGV[i] then
    redis.call('PEXPIRE', KEYS[i - 1], ARGV[1])
  else
    lost[#lost + 1] = i - 2
  end
end
return lost`;

interface Held {
  strategyId: number;
  lock: Lock;
  abort: AbortController;
  /** When the last successful renewal (or the acquisition) was sent, monotonic ms. */
  renewedAt: number;
}

/**
 * The leases of this node. Taken with redlock, renewed together by one script, judged on the monotonic clock:
 * what was last heard from Redis decides, not what the wall clock says.
 */
export class LeaseKeeper {
  readonly #redis: Redis;
  readonly #redlock: Redlock;
  readonly #log: Logger;
  readonly #metrics: Counters;
  readonly #held = new Map<number, Held>();
  readonly #timers: NodeJS.Timeout[] = [];
  #renewing = false;

  constructor(redis: Redis, log: Logger, metrics: Counters = NO_COUNTERS) {
    this.#redis = redis;
    this.#metrics = metrics;
    this.#log = log;
    this.#redlock = new Redlock([redis], { retryCount: 0, automaticExtensionThreshold: 0 });
    // Contention is normal here and comes back as a rejected acquire as well.
    this.#redlock.on('error', (error: unknown) => {
      if (!(error instanceof ResourceLockedError)) log.warn({ err: error }, 'redlock');
    });
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.#renew(), RENEW_EVERY_MS),
      setInterval(() => this.#fenceOverdue(), CHECK_EVERY_MS),
    );
  }

  /** Takes the lease of a strategy, or null when another node holds it. @throws when Redis cannot be asked. */
  async acquire(strategyId: number): Promise<Lease | null> {
    const sentAt = performance.now();
    let lock: Lock;
    try {
      lock = await this.#redlock.acquire([redisKeys.lock(strategyId)], LEASE_MS);
    } catch (error) {
      if (error instanceof ResourceLockedError || error instanceof ExecutionError) return null;
      throw error;
    }
    const held: Held = { strategyId, lock, abort: new AbortController(), renewedAt: sentAt };
    this.#held.set(strategyId, held);
    return {
      signal: held.abort.signal,
      remainingMs: () => (held.abort.signal.aborted ? 0 : held.renewedAt + LEASE_MS - performance.now()),
    };
  }

  async release(strategyId: number): Promise<void> {
    const held = this.#held.get(strategyId);
    if (held === undefined) return;
    this.#held.delete(strategyId);
    held.abort.abort('released');
    try {
      await held.lock.release();
    } catch (error) {
      // It expires by itself within the lease's life.
      this.#log.warn({ err: error, strategyId }, 'a lease could not be released');
    }
  }

  /** Ends a run from outside: BullMQ lost the job, or the node drains. The lease stays until it is released. */
  abort(strategyId: number, reason: string): void {
    this.#held.get(strategyId)?.abort.abort(reason);
  }

  abortAll(reason: string): void {
    for (const held of this.#held.values()) held.abort.abort(reason);
  }

  get count(): number {
    return this.#held.size;
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.values()].filter((entry) => !entry.abort.signal.aborted);
    if (held.length === 0 || this.#renewing) return;
    this.#renewing = true;
    const sentAt = performance.now();
    try {
      const keys = held.map((entry) => redisKeys.lock(entry.strategyId));
      const values = held.map((entry) => entry.lock.value);
      const lost = new Set(
        (await this.#redis.eval(RENEW, keys.length, ...keys, LEASE_MS, ...values)) as number[],
      );
      held.forEach((entry, index) => {
        if (!lost.has(index)) {
          entry.renewedAt = sentAt;
          return;
        }
        this.#metrics.count('gridfleet_lease_losses_total', { reason: 'lost' });
        entry.abort.abort('lease lost');
      });
    } catch (error) {
      this.#log.warn({ err: error }, 'leases could not be renewed');
    } finally {
      this.#renewing = false;
    }
  }

  #fenceOverdue(): void {
    const now = performance.now();
    for (const entry of this.#held.values()) {
      if (now - entry.renewedAt <= FENCE_AFTER_MS || entry.abort.signal.aborted) continue;
      this.#log.error({ strategyId: entry.strategyId }, 'lease not renewed in time: the run fences itself');
      this.#metrics.count('gridfleet_lease_losses_total', { reason: 'overdue' });
      entry.abort.abort('lease not renewed');
    }
  }
}
