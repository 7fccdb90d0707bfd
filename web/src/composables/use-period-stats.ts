import { dec, decStr } from '@gridfleet/shared/domain';
import type { GroupStats } from '@gridfleet/shared/schema';
import { assetsOf } from '../format/money.js';
import { groupKey, type MoneyGroup } from '../format/profit-sum.js';
import { getGroupStats, type TradeFilter } from '../api/trades.js';
import type { Account } from '../api/types.js';

export const PERIODS = ['today', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** What a period brought, in one asset and environment. */
export interface PeriodStats extends MoneyGroup {
  net: string;
  fees: string;
  fills: number;
  cycles: number;
}

/** How a period is asked for: today is the calendar day of the zone, the others whole 24 hours back. */
export function periodQuery(
  period: Period,
  today: string,
  timeZone: string,
): TradeFilter & { days?: number } {
  if (period === 'today') return { from: today, timeZone };
  return { days: period === 'week' ? 7 : 30 };
}

/** Totals by market, added up exactly per environment and quote asset. */
export function sumStats(
  groups: readonly {
    environment: string;
    items: readonly Pick<GroupStats, 'key' | 'netProfit' | 'fees' | 'fills' | 'cycles'>[];
  }[],
): PeriodStats[] {
  const sums = new Map<string, PeriodStats>();
  for (const { environment, items } of groups)
    for (const item of items) {
      const { quote } = assetsOf(item.key);
      const key = groupKey({ environment, quote });
      const known = sums.get(key) ?? { environment, quote, net: '0', fees: '0', fills: 0, cycles: 0 };
      sums.set(key, {
        environment,
        quote,
        net: decStr(dec(known.net).plus(item.netProfit)),
        fees: decStr(dec(known.fees).plus(item.fees)),
        fills: known.fills + item.fills,
        cycles: known.cycles + item.cycles,
      });
    }
  return [...sums.values()];
}

/** Totals of a period over all accounts. @throws ApiError */
export async function loadPeriod(
  accounts: readonly Account[],
  query: TradeFilter & { days?: number },
  signal: AbortSignal,
): Promise<PeriodStats[]> {
  const groups = await Promise.all(
    accounts.map(async ({ id, environment }) => {
      const { items } = await getGroupStats({ ...query, by: 'market', accountId: id }, signal);
      return { environment, items };
    }),
  );
  return sumStats(groups);
}
