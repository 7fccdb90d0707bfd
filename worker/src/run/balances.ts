import { dec, marginAsset, marginResource, type DecimalString, type Market } from '@gridfleet/shared/domain';
import { Coalescer } from '../util/coalesce.js';
import type { AccountBalance, VenueAccount } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';

export interface CheckedLeg {
  accountId: number;
  market: Market;
  account: VenueAccount;
}

type Totals = Map<string, DecimalString>;

/** Readings of one account are shared by the strategies on it: after a take-over all of them want one at once. */
const readings = new WeakMap<VenueAccount, Coalescer<CheckedLeg, Totals>>();

/** When what an account has of a resource was last taken over by this process, monotonic ms. */
const takenOver = new WeakMap<VenueAccount, Map<string, number>>();

/**
 * Sees to it that what the account has of a market's assets was taken over for reservations within the last `ageMs`: from
 * then on reservations carry it on, whoever trades.
 * @throws what reading the balances throws
 */
export async function ensureBalances(store: AccountStore, leg: CheckedLeg, ageMs: number): Promise<void> {
  const known = takenOver.get(leg.account);
  const oldest = performance.now() - ageMs;
  if (resourcesOf(leg).every((resource) => (known?.get(resource) ?? -Infinity) > oldest)) return;
  await readBalances(store, leg);
}

function resourcesOf({ market: { type, base, quote } }: CheckedLeg): string[] {
  return type === 'spot' ? [base, quote] : [marginResource(quote)];
}

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
  const resources = [...new Set(legs.flatMap(resourcesOf))];
  const before = await store.versions(accountId, resources);
  const readAt = new Date();
  const balances = await account.balances();
  const margins = balances.flatMap(marginBalance);
  const known = resources.filter(
    (resource) => marginAsset(resource) === null || margins.some(({ asset }) => asset === resource),
  );
  if (known.length > 0)
    await store.recordBalances(accountId, known, [...balances, ...margins], before, readAt);
  const times = takenOver.get(account) ?? new Map<string, number>();
  takenOver.set(account, times);
  for (const resource of known) times.set(resource, performance.now());
  const totals = new Map(
    balances.map(({ asset, free, locked }) => [asset, dec(free).plus(locked).toFixed()] as const),
  );
  return legs.map(() => totals);
}

/**
 * Margin as an asset of its own: what the venue would give new orders, and what open orders hold. What is behind
 * positions is in neither. Nothing where the venue does not tell orders and positions apart.
 */
function marginBalance({ asset, free, orderMargin }: AccountBalance): AccountBalance[] {
  return orderMargin === undefined ? [] : [{ asset: marginResource(asset), free, locked: orderMargin }];
}
