import type { DataSource } from 'typeorm';
import { readWorkers, type Logger, type Metrics, type Redis } from '@gridfleet/shared/infra';
import { withDeadline } from '../http/deadline.js';

const DEADLINE_MS = 2_000;
/** Several monitors, or one that asks often, share an answer this old, ms. */
const FRESH_MS = 2_000;
const STATES = ['queued', 'claiming', 'recovering', 'running', 'paused', 'stopping', 'waiting'] as const;

interface Counts {
  unresolved: string;
  outbox: string;
  platform: string;
  accounts: string;
  strategies: string;
}

export interface PlatformGaugesDeps {
  dataSource: DataSource;
  redis: Redis;
  metrics: Metrics;
  logger: Logger;
}

/** What MySQL and Redis say about the whole platform, looked up when a monitor asks. */
export class PlatformGauges {
  readonly #deps: PlatformGaugesDeps;
  #at = -Infinity;

  constructor(deps: PlatformGaugesDeps) {
    this.#deps = deps;
  }

  /** Never rejects: a dependency that does not answer is told as 0 in `gridfleet_dependency_up`. */
  async collect(): Promise<void> {
    const now = performance.now();
    if (now - this.#at < FRESH_MS) return;
    this.#at = now;
    await Promise.all([
      this.#ask('mysql', () => this.#fromDatabase()),
      this.#ask('redis', () => this.#fromRedis()),
    ]);
  }

  async #ask(dependency: string, look: () => Promise<void>): Promise<void> {
    const { metrics, logger } = this.#deps;
    try {
      await withDeadline(look(), DEADLINE_MS, `metrics of ${dependency}`);
      metrics.set('gridfleet_dependency_up', { dependency }, 1);
    } catch (err) {
      metrics.set('gridfleet_dependency_up', { dependency }, 0);
      logger.warn({ err, dependency }, 'metrics could not be looked up');
    }
  }

  async #fromRedis(): Promise<void> {
    const { metrics, redis } = this.#deps;
    metrics.set('gridfleet_workers_live', {}, (await readWorkers(redis)).length);
  }

  async #fromDatabase(): Promise<void> {
    const { dataSource, metrics } = this.#deps;
    const runs: { state: string; n: string }[] = await dataSource.query(
      "SELECT state, COUNT(*) AS n FROM run WHERE state NOT IN ('stopped', 'failed') GROUP BY state",
    );
    const byState = new Map(runs.map(({ state, n }) => [state, Number(n)]));
    for (const state of STATES) metrics.set('gridfleet_runs', { state }, byState.get(state) ?? 0);
    const [counts]: Counts[] = await dataSource.query(
      `SELECT (SELECT COUNT(*) FROM strategy s JOIN orders o ON o.strategy_id = s.id AND o.is_final = 0
                WHERE o.state IN ('intent', 'sent')
                  AND o.updated_at < UTC_TIMESTAMP(3) - INTERVAL 30 SECOND) AS unresolved,
              (SELECT COUNT(*) FROM outbox WHERE published_at IS NULL) AS outbox,
              (SELECT COUNT(*) FROM installation WHERE trading_state <> 'ACTIVE') AS platform,
              (SELECT COUNT(*) FROM account WHERE trading_state <> 'ACTIVE') AS accounts,
              (SELECT COUNT(*) FROM strategy WHERE trading_state <> 'ACTIVE' AND deleted_at IS NULL) AS strategies`,
    );
    if (counts === undefined) return;
    metrics.set('gridfleet_orders_unresolved', {}, Number(counts.unresolved));
    metrics.set('gridfleet_outbox_pending', {}, Number(counts.outbox));
    metrics.set('gridfleet_trading_blocked', { scope: 'platform' }, Number(counts.platform));
    metrics.set('gridfleet_trading_blocked', { scope: 'account' }, Number(counts.accounts));
    metrics.set('gridfleet_trading_blocked', { scope: 'strategy' }, Number(counts.strategies));
  }
}
