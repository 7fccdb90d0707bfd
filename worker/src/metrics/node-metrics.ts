import type { DataSource } from 'typeorm';
import type { Metrics, Redis } from '@gridfleet/shared/infra';
import type { MarketDataHub } from '../hub/market-data-hub.js';
import type { LeaseKeeper } from '../node/lease-keeper.js';
import type { LoadMeter } from '../node/load-meter.js';
import { withDeadline } from '../util/deadline.js';

const CHECK_MS = 2_000;

/** What a node knows of itself when a monitor asks. */
export function collectNode(
  metrics: Metrics,
  capacity: number,
  { hub, leases, meter }: { hub: MarketDataHub; leases: LeaseKeeper; meter: LoadMeter },
): void {
  metrics.onCollect(() => {
    const { feeds, stale } = hub.health();
    metrics.set('gridfleet_market_data_feeds', {}, feeds);
    metrics.set('gridfleet_market_data_stale', {}, stale);
    metrics.set('gridfleet_runs_hosted', {}, leases.count);
    metrics.set('gridfleet_node_capacity', {}, capacity);
    metrics.set('gridfleet_event_loop_busy_ratio', {}, meter.utilisation());
  });
}

/** Whether MySQL and Redis answer in time. */
export async function nodeChecks(database: DataSource, redis: Redis): Promise<Record<string, boolean>> {
  const answers = async (asked: Promise<unknown>, what: string): Promise<boolean> => {
    try {
      await withDeadline(asked, CHECK_MS, what);
      return true;
    } catch {
      return false; // what failed is in the answer; its own part of the node has logged why
    }
  };
  const [mysql, redisUp] = await Promise.all([
    answers(database.query('SELECT 1'), 'MySQL'),
    answers(redis.ping(), 'Redis'),
  ]);
  return { mysql, redis: redisUp };
}
