import { dec, type DecimalString, type Market } from '@gridfleet/shared/domain';
import { Coalescer } from '../util/coalesce.js';
import type { VenueAccount } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';

export interface CheckedLeg {
  accountId: number;
  market: Market;
  account: VenueAccount;
}

type Totals = Map<string, DecimalString>;

/** Readings of one account are shared by the strategies on it: after a take-over all of them want one at once. */
const readings = new WeakMap<VenueAccount, Coalescer<CheckedLeg, Totals>>();

/**
 * Reads what the account has of a market's assets, and takes it over for reservations. Complete or an error, which
 * changes nothing.
 * @returns free and locked together, by asset
 */
export async function readBalances(store: AccountStore, leg: CheckedLeg): Promise<Totals> {
  let reading = readings.get(leg.account);
  if (reading === undefined) {
    reading = new Coalescer((legs) => readOnce(store, legs), { size: Infinity });
    readings.set(leg.account, reading);
  }
  return reading.ask(leg);
}

/** @param legs of one account */
async function readOnce(store: AccountStore, legs: readonly CheckedLeg[]): Promise<Totals[]> {
  const [first] = legs;
  if (first === undefined) return [];
  const { accountId, account } = first;
  const spot = legs.filter(({ market }) => market.type === 'spot');
  const resources = [...new Set(spot.flatMap(({ market }) => [market.base, market.quote]))];
  const before = await store.versions(accountId, resources);
  const readAt = new Date();
  const balances = await account.balances();
  if (resources.length > 0) await store.recordBalances(accountId, resources, balances, before, readAt);
  const totals = new Map(
    balances.map(({ asset, free, locked }) => [asset, dec(free).plus(locked).toFixed()] as const),
  );
  return legs.map(() => totals);
}
