import { In, type DataSource } from 'typeorm';
import { heldMarket, reducesOnly } from '@gridfleet/shared/domain';
import { OrderRowEntity } from '@gridfleet/shared/infra';
import type { AccountSessions } from '../hub/account-sessions.js';
import { withDeadline } from '../util/deadline.js';
import type { VenueAccount } from '../venue/venue.js';

const DEADLINE_MS = 5_000;
/** Cancels under way at once on one account. */
const CONCURRENCY = 8;

/** Runs work on all items, a few at a time; the first failure is thrown when all have ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** @returns how many the exchange confirmed as cancelled */
export async function cancelOrders(
  account: VenueAccount,
  orders: readonly { market: string; clientOrderId: string }[],
): Promise<number> {
  let canceled = 0;
  await inParallel(orders, CONCURRENCY, async ({ market, clientOrderId }) => {
    const outcome = await account.cancel(market, clientOrderId);
    if (outcome.phase === 'canceled') canceled += 1;
  });
  return canceled;
}

/** Cancels the resting orders of a strategy that open positions; its machine hears of it from the exchange. */
export async function cancelOpenings(
  database: DataSource,
  sessions: AccountSessions,
  strategyId: number,
): Promise<number> {
  const rows = await withDeadline(
    database
      .getRepository(OrderRowEntity)
      .findBy({ strategyId, isFinal: false, state: In(['open', 'partially-filled']) }),
    DEADLINE_MS,
    'reading open orders',
  );
  const openings = rows.filter((row) => !reducesOnly(heldMarket(row.market), row));
  let canceled = 0;
  for (const accountId of new Set(openings.map((row) => row.accountId))) {
    const session = await sessions.acquire(accountId);
    try {
      const mine = openings.filter((row) => row.accountId === accountId);
      canceled += await cancelOrders(session.account, mine);
    } finally {
      await session.release();
    }
  }
  return canceled;
}
