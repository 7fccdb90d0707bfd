import { dec, isOurs } from '@gridfleet/shared/domain';
import type { OrderReport, VenueAccount, VenueFill } from '../venue/venue.js';
import { VenueError } from '../venue/venue-error.js';
import type { LiveOrder } from './live-order.js';

/** An order that ended without a fill is archived after this, ms (Binance, error -2026). */
const ARCHIVED_AFTER_MS = 90 * 24 * 3_600_000;

/** A list of open orders, sorted once for all runs that share it. */
interface Listing {
  byClientId: ReadonlyMap<string, OrderReport>;
  /** With our prefix, and no run of this process has them. */
  unclaimed: readonly OrderReport[];
  foreign: readonly OrderReport[];
}

const listings = new WeakMap<readonly OrderReport[], Listing>();

function listingOf(
  open: readonly OrderReport[],
  salt: string | readonly string[],
  isClaimed: (clientOrderId: string) => boolean,
): Listing {
  const known = listings.get(open);
  if (known !== undefined) return known;
  const ours = open.filter(({ clientOrderId }) => isOurs(clientOrderId, salt));
  const listing = {
    byClientId: new Map(open.map((report) => [report.clientOrderId, report])),
    unclaimed: ours.filter(({ clientOrderId }) => !isClaimed(clientOrderId)),
    foreign: open.filter(({ clientOrderId }) => !isOurs(clientOrderId, salt)),
  };
  listings.set(open, listing);
  return listing;
}

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
 * An order the venue calls archived is no failure of the pass: what it has traded is among the trades, and its state is
 * concluded only once it is as old as that word means.
 * @param orders our orders that are not final, as known before the pass began
 * @param since trades from this time on, ms
 * @param salt of this installation's orders
 * @param now wall clock, ms
 * @param isClaimed whether a run of this process has the order, and for it the order is open
 */
export async function inspectVenue(
  account: VenueAccount,
  market: string,
  orders: readonly LiveOrder[],
  since: number,
  salt: string | readonly string[],
  ownIds: (clientOrderId: string) => boolean,
  now: number,
  isClaimed: (clientOrderId: string) => boolean = () => false,
): Promise<Findings> {
  const open = await account.openOrders(market);
  const { byClientId, unclaimed, foreign } = listingOf(open, salt, isClaimed);
  const reports: OrderReport[] = [];
  const absent: LiveOrder[] = [];
  for (const order of orders) {
    const report = byClientId.get(order.row.clientOrderId);
    if (report !== undefined) {
      reports.push(report);
      continue;
    }
    // Not open any more, or never accepted: only a look at this one order can tell.
    const lookup = await lookUp(account, market, order, now);
    if (lookup === 'absent') absent.push(order);
    else if (lookup !== 'archived') reports.push(lookup);
  }
  const trades = await account.tradesSince(market, since);
  const isStranger = ({ clientOrderId }: OrderReport): boolean => !ownIds(clientOrderId);
  return {
    reports,
    absent,
    trades,
    foreign: foreign.filter(isStranger),
    orphans: unclaimed.filter(isStranger),
  };
}

async function lookUp(
  account: VenueAccount,
  market: string,
  { row }: LiveOrder,
  now: number,
): Promise<OrderReport | 'absent' | 'archived'> {
  try {
    const lookup = await account.order(market, row.clientOrderId);
    return lookup.found ? lookup.report : 'absent';
  } catch (error) {
    if (!(error instanceof VenueError) || error.code !== 'ORDER_ARCHIVED') throw error;
  }
  const { clientOrderId, exchangeOrderId, side, price, quantity, filledQuantity } = row;
  const isOver = now - row.createdAt.getTime() >= ARCHIVED_AFTER_MS && dec(filledQuantity).isZero();
  if (!isOver || exchangeOrderId === null) return 'archived';
  const ended = { state: 'canceled', createdAt: null, fill: null, refusal: null } as const;
  return { ...ended, market, clientOrderId, exchangeOrderId, side, price, quantity, filledQuantity };
}
