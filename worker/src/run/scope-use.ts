import {
  dec,
  Decimal,
  NO_USE,
  reducesOnly,
  heldMarket,
  ZERO,
  type Market,
  type ScopeUse,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import type { ScopePolicy } from './policy.js';

/** What a strategy holds: number of positions, what they cost in quote, and the base, negative when short. */
export interface HeldNow {
  base: Decimal;
  positions: number;
  cost: Decimal;
}

/** What other strategies under a policy have: in all, and of each base asset. */
export type OthersUse = Pick<
  ScopeUse,
  | 'openOrders'
  | 'openNotional'
  | 'openingOrders'
  | 'openingNotional'
  | 'positions'
  | 'positionCost'
  | 'recentOrders'
> & {
  assets: ReadonlyMap<string, { openingNotional: Decimal; positionCost: Decimal }>;
};

const SECOND_MS = 1_000;

/** Price × open quantity; market orders rest nowhere. */
export function openNotional(row: OrderRow): Decimal {
  if (row.price === null) return ZERO;
  return Decimal.max(ZERO, dec(row.quantity).minus(row.filledQuantity)).times(row.price);
}

/**
 * What a policy's scope has already, without the order in question. Sums are only made when one of its limits asks for
 * them: an order of a wide grid would else look at all others.
 * @param orders the strategy's orders in memory, finished ones too
 */
export function scopeUse(
  { table, limits }: ScopePolicy,
  market: Market,
  row: OrderRow,
  orders: readonly OrderRow[],
  held: () => HeldNow,
  others: OthersUse | undefined,
): ScopeUse {
  if (limits === 'unreadable') return NO_USE;
  const mine = table === 'account' ? orders.filter(({ accountId }) => accountId === row.accountId) : orders;
  const open = mine.filter(({ isFinal }) => !isFinal);
  const { maxOpenPositions, maxExposure, maxAssetExposure, maxOpenNotional, maxOrdersPerSecond } = limits;
  const needsOpening =
    maxOpenPositions !== undefined || maxExposure !== undefined || maxAssetExposure !== undefined;
  const opening = needsOpening ? open.filter((order) => !reducesOnly(heldMarket(order.market), order)) : [];
  const total = (rows: readonly OrderRow[]): Decimal =>
    rows.reduce((sum, order) => sum.plus(openNotional(order)), ZERO);
  const { positions, cost } = needsOpening ? held() : { positions: 0, cost: ZERO };
  const ofAsset = others?.assets.get(market.base);
  const isSameAsset = (order: OrderRow): boolean => heldMarket(order.market).base === market.base;
  const since = row.createdAt.getTime() - SECOND_MS;
  return {
    openOrders: open.length + (others?.openOrders ?? 0),
    openNotional: (maxOpenNotional === undefined ? ZERO : total(open)).plus(others?.openNotional ?? ZERO),
    openingOrders: opening.length + (others?.openingOrders ?? 0),
    openingNotional: total(opening).plus(others?.openingNotional ?? ZERO),
    assetOpeningNotional: total(opening.filter(isSameAsset)).plus(ofAsset?.openingNotional ?? ZERO),
    positions: positions + (others?.positions ?? 0),
    positionCost: cost.plus(others?.positionCost ?? ZERO),
    assetPositionCost: cost.plus(ofAsset?.positionCost ?? ZERO),
    recentOrders:
      maxOrdersPerSecond === undefined
        ? 0
        : mine.filter(({ createdAt }) => createdAt.getTime() > since).length + (others?.recentOrders ?? 0),
  };
}
