import { computed } from 'vue';
import type { TradeFilter } from '../api/trades.js';
import { zoneNameOf } from '../format/time.js';
import { usePreferences } from '../stores/preferences.js';
import { useQueryFilter } from './use-query-filter.js';

const KEYS = ['strategyId', 'accountId', 'market', 'side', 'from', 'to'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filter as the API takes it; what is not valid in the address is no filter. */
export function toTradeFilter(values: Record<(typeof KEYS)[number], string>, timeZone: string): TradeFilter {
  const filter: TradeFilter = {};
  const [strategyId, accountId] = [Number(values.strategyId), Number(values.accountId)];
  if (Number.isInteger(strategyId) && strategyId > 0) filter.strategyId = strategyId;
  if (Number.isInteger(accountId) && accountId > 0) filter.accountId = accountId;
  if (values.market !== '') filter.market = values.market;
  if (values.side === 'buy' || values.side === 'sell') filter.side = values.side;
  if (DAY.test(values.from)) filter.from = values.from;
  if (DAY.test(values.to)) filter.to = values.to;
  if (filter.from !== undefined || filter.to !== undefined) filter.timeZone = timeZone;
  return filter;
}

/** Whether something that happens now belongs into a filtered list. */
export function isWanted(
  item: { strategyId: number; accountId: number; market: string; side: string },
  filter: TradeFilter,
  today: string,
): boolean {
  return (
    (filter.strategyId === undefined || filter.strategyId === item.strategyId) &&
    (filter.accountId === undefined || filter.accountId === item.accountId) &&
    (filter.market === undefined || filter.market === item.market) &&
    (filter.side === undefined || filter.side === item.side) &&
    (filter.to === undefined || filter.to >= today)
  );
}

/** The filters of trades and orders, in the address. */
export function useTradeFilter() {
  const preferences = usePreferences();
  const query = useQueryFilter(KEYS);
  const filter = computed(() => toTradeFilter(query.values.value, zoneNameOf(preferences.timeZone)));
  return { ...query, filter };
}
