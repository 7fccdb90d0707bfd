import type { DataSource } from 'typeorm';
import type { Redis } from '@gridfleet/shared/infra';
import { GridfleetError } from '@gridfleet/shared/schema';
import { withDeadline } from './deadline.js';

/** Longest wait for a sign of life. */
const PING_TIMEOUT_MS = 2_000;
/**
 * Longest wait for one statement of MySQL. A request that meets a server that went silent waits at most three times:
 * for a connection, for a statement and for its rollback.
 */
export const QUERY_TIMEOUT_MS = 1_500;
/** A good result counts this long, a bad one only until the next check has run. */
const FRESH_MS = 1_000;

export interface DependencyState {
  mysql: boolean;
  redis: boolean;
}

/** Knows whether MySQL and Redis answer, asking each at most once a second however many requests come. */
export class DependencyGate {
  readonly #dataSource: DataSource;
  readonly #redis: Redis;
  #last: { at: number; state: DependencyState } | null = null;
  #running: Promise<DependencyState> | null = null;

  constructor(dataSource: DataSource, redis: Redis) {
    this.#dataSource = dataSource;
    this.#redis = redis;
  }

  /** Never rejects and never takes longer than 2 s. */
  state(): Promise<DependencyState> {
    const last = this.#last;
    if (last !== null && performance.now() - last.at < FRESH_MS) return Promise.resolve(last.state);
    return this.probe();
  }

  /** As `state`, but asks now. */
  probe(): Promise<DependencyState> {
    this.#running ??= this.#check();
    return this.#running;
  }

  /** @throws GridfleetError DEPENDENCY_UNAVAILABLE, so that no request hangs on a server that is gone. */
  async check(): Promise<void> {
    const { mysql, redis } = await this.state();
    if (mysql && redis) return;
    const missing = mysql ? 'The message store' : 'The database';
    throw new GridfleetError('DEPENDENCY_UNAVAILABLE', `${missing} does not answer`);
  }

  async #check(): Promise<DependencyState> {
    const answers = (ping: Promise<unknown>): Promise<boolean> =>
      withDeadline(ping, PING_TIMEOUT_MS, 'ping').then(
        () => true,
        () => false,
      );
    const [mysql, redis] = await Promise.all([
      answers(this.#dataSource.query('SELECT 1')),
      answers(this.#redis.ping()),
    ]);
    const state = { mysql, redis };
    this.#last = { at: performance.now(), state };
    this.#running = null;
    return state;
  }
}
