import { Decimal, ZERO, type Denial } from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import { openNotional, type HeldNow } from './scope-use.js';

/** Money set aside on an account, and what each strategy it belongs to uses: cost of positions and open buys, quote. */
export interface Allocation {
  id: number;
  name: string;
  accountId: number;
  asset: string;
  amount: Decimal;
  members: ReadonlyMap<number, Decimal>;
}

function usedBy({ members }: Allocation, except: number | null): Decimal {
  return [...members].reduce((sum, [id, used]) => (id === except ? sum : sum.plus(used)), ZERO);
}

/**
 * Why money set aside refuses a purchase: the strategy's own share is used up, or what is left of the account belongs to
 * others. Null when it does not.
 * @param allocations those of the order's account and asset
 * @param free what the account has beside all open orders, null when nobody knows
 */
export function capitalRefusal(
  allocations: readonly Allocation[],
  row: OrderRow,
  needed: Decimal,
  orders: readonly OrderRow[],
  held: () => HeldNow,
  free: Decimal | null,
): Denial | null {
  const { strategyId, accountId } = row;
  const own = allocations.find(({ members }) => members.has(strategyId));
  if (own !== undefined) {
    const open = orders.filter(
      (order) => !order.isFinal && order.side === 'buy' && order.accountId === accountId,
    );
    const mine = open.reduce((sum, order) => sum.plus(openNotional(order)), held().cost);
    const left = own.amount.minus(usedBy(own, strategyId)).minus(mine);
    if (needed.lte(left)) return null;
    return {
      code: 'ALLOCATION_EXCEEDED',
      message: `The order needs ${needed.toFixed()} ${own.asset}; ${Decimal.max(ZERO, left).toFixed()} are left of "${own.name}".`,
    };
  }
  if (free === null) return null;
  const setAside = allocations.reduce(
    (sum, each) => sum.plus(Decimal.max(ZERO, each.amount.minus(usedBy(each, null)))),
    ZERO,
  );
  const left = free.minus(setAside);
  if (needed.lte(left)) return null;
  return {
    code: 'FUNDS_ALLOCATED',
    message: `The order needs ${needed.toFixed()}; beside what is set aside for others the account has ${Decimal.max(ZERO, left).toFixed()}.`,
  };
}
