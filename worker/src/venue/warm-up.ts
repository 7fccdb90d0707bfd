import type { DataSource } from 'typeorm';
import type { Environment } from '@gridfleet/shared/schema';
import type { Logger } from '@gridfleet/shared/infra';
import { withDeadline } from '../util/deadline.js';
import type { Venues } from './venues.js';

/** A node begins without the rules of a venue that takes longer than this, ms. */
const DEADLINE_MS = 10_000;

/**
 * Loads the rules of every market of the venues in use, before the node takes its first run: what it takes over from
 * another node shall not wait for them.
 */
export async function warmUp(database: DataSource, venues: Venues, log: Logger): Promise<void> {
  const inUse: { venue: string; environment: Environment }[] = await database.query(
    `SELECT DISTINCT a.venue, a.environment FROM run r
       JOIN strategy_leg l ON l.strategy_id = r.strategy_id JOIN account a ON a.id = l.account_id
      WHERE r.state NOT IN ('stopped', 'failed')`,
  );
  const load = async ({ venue, environment }: (typeof inUse)[number]): Promise<void> => {
    try {
      const markets = await venues.markets(venue, environment);
      await withDeadline(markets.markets(), DEADLINE_MS, 'loading the rules of a venue');
    } catch (error) {
      log.warn({ venue, environment, err: error }, 'the rules of a venue could not be loaded yet');
    }
  };
  await Promise.all(inUse.map(load));
}
