import type { DataSource } from 'typeorm';
import { AccountRepository, queues, readNodeHealth, readWorkers, type Redis } from '@gridfleet/shared/infra';
import type { SystemHealth } from '@gridfleet/shared/schema';
import { SHOWN_DIGITS } from '../accounts/account-dto.js';
import type { HealthService } from './health-service.js';

/** Keys read at most: a fleet has a few for each address and account. */
const MOST_KEYS = 2_000;
/** `budget:{venue}:{environment}:{owner}:{what}`; addresses of IPv6 have colons too. */
const BUDGET = /^budget:([^:]+:[^:]+):(.+):(weight|looks|connections|orders):(\d+[smhd]):(\d+)$/;
const GATE = /^budget:([^:]+:[^:]+):(.+):gate$/;
const FINGERPRINT = /^[0-9a-f]{64}$/;
const QUEUES = [queues.runs, queues.supervisor, queues.venueQueries, queues.backtests, queues.backtestShards];

type Budget = SystemHealth['budgets'][number];

/** Everything the platform stands on: databases, queues, what nodes say, and what is used of exchanges' limits. */
export class SystemHealthService {
  readonly #dataSource: DataSource;
  readonly #redis: Redis;
  readonly #health: HealthService;

  constructor(dataSource: DataSource, redis: Redis, health: HealthService) {
    this.#dataSource = dataSource;
    this.#redis = redis;
    this.#health = health;
  }

  /** Order counts of accounts are shown to whom the account belongs. */
  async read(userId: number): Promise<SystemHealth> {
    const [health, redis, accounts, workers, keys] = await Promise.all([
      this.#health.health(),
      this.#health.redis(),
      new AccountRepository(this.#dataSource.manager).list(userId),
      readWorkers(this.#redis),
      this.#budgetKeys(),
    ]);
    const own = new Map(accounts.map(({ fingerprint, id }) => [fingerprint, id]));
    const [queueStates, nodes, budgets, gates] = await Promise.all([
      Promise.all(QUEUES.map((name) => this.#queue(name))),
      Promise.all(
        workers.map(async ({ name }) => ({ name, health: await readNodeHealth(this.#redis, name) })),
      ),
      this.#budgets(keys, own),
      this.#gates(keys, own),
    ]);
    return { ...health, redisLatencyMs: redis.latencyMs, queues: queueStates, nodes, budgets, gates };
  }

  async #budgetKeys(): Promise<string[]> {
    const keys = new Set<string>();
    let cursor = '0';
    do {
      const [next, found] = await this.#redis.scan(cursor, 'MATCH', 'budget:*', 'COUNT', 500);
      for (const key of found) keys.add(key);
      cursor = next;
    } while (cursor !== '0' && keys.size < MOST_KEYS);
    return [...keys];
  }

  /** BullMQ keeps lists of what waits and works, and sorted sets of what is late or failed. */
  async #queue(name: string): Promise<SystemHealth['queues'][number]> {
    const key = (part: string): string => `bull:${name}:${part}`;
    const [wait, prioritized, active, delayed, failed] = await Promise.all([
      this.#redis.llen(key('wait')),
      this.#redis.zcard(key('prioritized')),
      this.#redis.llen(key('active')),
      this.#redis.zcard(key('delayed')),
      this.#redis.zcard(key('failed')),
    ]);
    return { name, waiting: wait + prioritized, active, delayed, failed };
  }

  /** The newest window of each counter: the one before it lives on for a while. */
  async #budgets(keys: readonly string[], own: ReadonlyMap<string, number>): Promise<Budget[]> {
    const newest = new Map<string, { key: string; window: number; budget: Omit<Budget, 'used'> }>();
    for (const key of keys) {
      const [, scope = '', owner = '', what = '', window = '', number = '0'] = BUDGET.exec(key) ?? [];
      const accountId = own.get(owner) ?? null;
      if (scope === '' || (what === 'orders' && accountId === null)) continue;
      const name = `${scope} ${owner} ${what} ${window}`;
      if ((newest.get(name)?.window ?? -1) >= Number(number)) continue;
      newest.set(name, {
        key,
        window: Number(number),
        budget: { scope, owner: shown(owner), accountId, what, window },
      });
    }
    const rows = [...newest.values()];
    if (rows.length === 0) return [];
    const used = await this.#redis.mget(rows.map(({ key }) => key));
    return rows
      .map(({ budget }, index) => ({ ...budget, used: Math.round(Number(used[index] ?? 0)) }))
      .sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  }

  async #gates(keys: readonly string[], own: ReadonlyMap<string, number>): Promise<SystemHealth['gates']> {
    const closed = await Promise.all(
      keys.map(async (key) => {
        const [, scope, owner] = GATE.exec(key) ?? [];
        if (scope === undefined || owner === undefined) return [];
        const [reason, opensInMs] = await Promise.all([this.#redis.get(key), this.#redis.pttl(key)]);
        // Accounts have a fingerprint of hex digits: one of somebody else is nobody's business.
        if (FINGERPRINT.test(owner) && !own.has(owner)) return [];
        if (reason === null || opensInMs <= 0) return [];
        return [{ scope, owner: shown(owner), accountId: own.get(owner) ?? null, reason, opensInMs }];
      }),
    );
    return closed.flat();
  }
}

/** As accounts show theirs; addresses are whole. */
const shown = (owner: string): string => (FINGERPRINT.test(owner) ? owner.slice(0, SHOWN_DIGITS) : owner);
const nameOf = ({ scope, owner, what, window }: Budget): string => `${scope} ${owner} ${what} ${window}`;
