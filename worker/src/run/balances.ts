import { dec, type DecimalString, type Market } from '@gridfleet/shared/domain';
import type { VenueAccount } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';

export interface CheckedLeg {
  accountId: number;
  market: Market;
  account: VenueAccount;
}

/**
 * Reads what the account has of a market's assets, and takes it over for reservations. Complete or an error, which
 * changes nothing.
 * @returns free and locked together, by asset
 */
export async function readBalances(
  store: AccountStore,
  { accountId, market, account }: CheckedLeg,
): Promise<Map<string, DecimalString>> {
  const resources = [...new Set([market.base, market.quote])];
  const before = await store.versions(accountId, resources);
  const readAt = new Date();
  const balances = await account.balances();
  if (market.type === 'spot') await store.recordBalances(accountId, resources, balances, before, readAt);
  return new Map(
    balances.map(({ asset, free, locked }) => [asset, dec(free).plus(locked).toFixed()] as const),
  );
}
