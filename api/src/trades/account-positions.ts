import { In, type DataSource } from 'typeorm';
import { dec, decStr, roundTo, sum, ZERO, type Decimal, type PositionSide } from '@gridfleet/shared/domain';
import {
  AccountRepository,
  listHoldings,
  readLive,
  VenuePositionRowEntity,
  type AccountRow,
  type Holding,
  type Redis,
  type VenuePositionRow,
} from '@gridfleet/shared/infra';
import type { AccountPosition, AccountPositionsQuery } from '@gridfleet/shared/schema';
import { accountNotFound } from '../accounts/account-service.js';

const PRICE_PLACES = 12;
const MONEY_PLACES = 18;

interface Place {
  account: AccountRow;
  market: string;
  positionSide: PositionSide;
  holdings: Holding[];
  venue: VenuePositionRow | null;
}

/** What accounts have in markets, and which strategies hold it: the exchange's word on contracts, our fills on spot. */
export class AccountPositions {
  readonly #dataSource: DataSource;
  readonly #redis: Redis;

  constructor(dataSource: DataSource, redis: Redis) {
    this.#dataSource = dataSource;
    this.#redis = redis;
  }

  /** @throws GridfleetError NOT_FOUND for an account that is not the user's */
  async list(userId: number, { accountId, market }: AccountPositionsQuery): Promise<AccountPosition[]> {
    const { manager } = this.#dataSource;
    const all = await new AccountRepository(manager).list(userId);
    const accounts = accountId === undefined ? all : all.filter(({ id }) => id === accountId);
    if (accountId !== undefined && accounts.length === 0) throw accountNotFound(accountId);
    if (accounts.length === 0) return [];
    const [holdings, venuePositions] = await Promise.all([
      listHoldings(manager, { userId, accountId, market }),
      manager.find(VenuePositionRowEntity, {
        where: { accountId: In(accounts.map(({ id }) => id)), ...(market === undefined ? {} : { market }) },
      }),
    ]);
    const places = placesOf(accounts, holdings, venuePositions);
    const prices = await this.#prices(places);
    return places
      .map((place) => positionOf(place, prices))
      .filter(({ amount, heldBy, heldByHand }) => heldBy.length > 0 || amount !== '0' || heldByHand !== '0');
  }

  /** Newest price that a strategy has seen, by account and market, for what the exchange gives no mark price of. */
  async #prices(places: readonly Place[]): Promise<Map<string, string>> {
    const holders = places
      .filter(({ venue }) => venue === null)
      .flatMap(({ holdings }) => holdings.filter(({ isManual }) => !isManual));
    const reports = await readLive(
      this.#redis,
      holders.map(({ strategyId }) => strategyId),
    );
    const newest = new Map<string, { price: string; at: string }>();
    for (const [index, { accountId, market }] of holders.entries()) {
      const live = reports[index]?.live ?? null;
      if (live === null || live.currentPrice === null) continue;
      const key = `${accountId} ${market}`;
      const at = live.updatedAt ?? '';
      if (at >= (newest.get(key)?.at ?? '')) newest.set(key, { price: live.currentPrice, at });
    }
    return new Map([...newest].map(([key, { price }]) => [key, price]));
  }
}

function placesOf(
  accounts: readonly AccountRow[],
  holdings: readonly Holding[],
  venuePositions: readonly VenuePositionRow[],
): Place[] {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const places = new Map<string, Place>();
  const at = (row: Pick<Holding, 'accountId' | 'market' | 'positionSide'>): Place | undefined => {
    const account = byId.get(row.accountId);
    if (account === undefined) return undefined;
    const key = [row.accountId, row.market, row.positionSide].join(' ');
    const { market, positionSide } = row;
    const place = places.get(key) ?? { account, market, positionSide, holdings: [], venue: null };
    places.set(key, place);
    return place;
  };
  for (const row of venuePositions) {
    const place = at(row);
    if (place !== undefined) place.venue = row;
  }
  for (const holding of holdings) at(holding)?.holdings.push(holding);
  return [...places.values()].sort(
    (a, b) =>
      a.account.id - b.account.id ||
      a.market.localeCompare(b.market) ||
      a.positionSide.localeCompare(b.positionSide),
  );
}

function positionOf(
  { account, market, positionSide, holdings, venue }: Place,
  prices: Map<string, string>,
): AccountPosition {
  const strategies = holdings.filter(({ isManual }) => !isManual);
  const byHand = sum(holdings.filter(({ isManual }) => isManual).map(({ amount }) => amount));
  const explained = sum(holdings.map(({ amount }) => amount));
  const base = {
    accountId: account.id,
    accountLabel: account.label,
    venue: account.venue,
    environment: account.environment,
    market,
    positionSide,
    heldBy: strategies.map(({ strategyId, name, amount }) => ({ strategyId, name, amount: decStr(amount) })),
    heldByHand: decStr(byHand),
  };
  // A symbol that names what it settles in is a contract: without a row the exchange has shown no position.
  if (venue !== null || market.includes(':')) {
    const amount = dec(venue?.amount ?? '0');
    return {
      ...base,
      amount: decStr(amount),
      entryPrice: venue?.entryPrice ?? null,
      markPrice: venue?.markPrice ?? null,
      liquidationPrice: venue?.liquidationPrice ?? null,
      margin: venue?.margin ?? null,
      unrealizedPnl: venue?.unrealized ?? null,
      unexplained: decStr(amount.minus(explained)),
      source: 'exchange',
      readAt: (venue?.readAt ?? newestOf(holdings)).toISOString(),
    };
  }
  const cost = holdings.reduce<Decimal | null>(
    (total, each) => (total === null || each.cost === null ? null : total.plus(each.cost)),
    ZERO,
  );
  const mark = prices.get(`${account.id} ${market}`) ?? null;
  return {
    ...base,
    amount: decStr(explained),
    entryPrice:
      cost === null || explained.isZero() ? null : decStr(roundTo(cost.div(explained).abs(), PRICE_PLACES)),
    markPrice: mark,
    liquidationPrice: null,
    margin: null,
    unrealizedPnl:
      cost === null || mark === null
        ? null
        : decStr(roundTo(explained.times(mark).minus(cost), MONEY_PLACES)),
    unexplained: '0',
    source: 'fills',
    readAt: newestOf(holdings).toISOString(),
  };
}

function newestOf(holdings: readonly Holding[]): Date {
  return new Date(Math.max(0, ...holdings.map(({ updatedAt }) => updatedAt.getTime())));
}
