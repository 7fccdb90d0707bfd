import { dec } from '../../numbers/decimal.js';
import type { LegContext } from '../kind.js';
import type { PlanRequirement, Refusal } from '../plan.js';

/** What the account lacks of the funds a plan needs; unknown funds are not checked. */
export function fundsRefusals(requirements: readonly PlanRequirement[], context: LegContext): Refusal[] {
  const free = new Map([
    [context.market.base, context.baseFree],
    [context.market.quote, context.quoteFree],
  ]);
  return requirements.flatMap((need) => {
    const available = free.get(need.asset) ?? null;
    if (available === null || dec(available).gte(dec(need.amount))) return [];
    return [
      {
        code: 'INSUFFICIENT_FUNDS',
        field: 'params.quantity.value',
        message: `The strategy needs ${need.amount} ${need.asset}; ${available} ${need.asset} is free on the account.`,
      },
    ];
  });
}
