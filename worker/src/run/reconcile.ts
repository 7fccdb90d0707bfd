import { isOurs } from '@gridfleet/shared/domain';
import type { OrderReport, VenueAccount, VenueFill } from '../venue/venue.js';
import type { LiveOrder } from './live-order.js';

/** What one pass over the venue found. Feeding it twice changes nothing the second time. */
export interface Findings {
  /** The venue's word on our orders. */
  reports: OrderReport[];
  /** Our orders the venue did not know when asked by client id; proves nothing by itself. */
  absent: LiveOrder[];
  /** Trades in this market since the cursor, oldest first; those of foreign orders too. */
  trades: VenueFill[];
  /** Open orders on the account that are not ours: shown, never touched. */
  foreign: OrderReport[];
  /** Open orders with our prefix that no row knows. */
  orphans: OrderReport[];
}

/**
 * Asks the venue about everything this run has in one market. Complete or an error: a failed or unreadable answer
 * aborts the pass, it is never taken as "no orders".
 * @param orders our orders that are not final, as known before the pass began
 * @param since trades from this time on, ms
 */
export async function inspectVenue(
  account: VenueAccount,
  market: string,
  orders: readonly LiveOrder[],
  since: number,
  salt: string | readonly string[],
  ownIds: (clientOrderId: string) => boolean,
): Promise<Findings> {
  const open = await account.openOrders(market);
  const listed = new Map(open.map((report) => [report.clientOrderId, report]));
  const reports: OrderReport[] = [];
  const absent: LiveOrder[] = [];
  for (const order of orders) {
    const report = listed.get(order.row.clientOrderId);
    if (report !== undefined) {
      reports.push(report);
      continue;
    }
    // Not open any more, or never accepted: only a look at this one order can tell.
    const lookup = await account.order(market, order.row.clientOrderId);
    if (lookup.found) reports.push(lookup.report);
    else absent.push(order);
  }
  const trades = await account.tradesSince(market, since);
  const others = open.filter((report) => !ownIds(report.clientOrderId));
  return {
    reports,
    absent,
    trades,
    foreign: others.filter((report) => !isOurs(report.clientOrderId, salt)),
    orphans: others.filter((report) => isOurs(report.clientOrderId, salt)),
  };
}
