import { computed } from 'vue';
import type { Leg, Strategy, StrategyStatus } from '../api/types.js';
import { assetsOf } from '../format/money.js';
import { useAccountsStore } from '../stores/accounts.js';
import { useLiveStore } from '../stores/live.js';
import { useStrategiesStore } from '../stores/strategies.js';
import { useMarketRules } from './use-market-rules.js';

/** One strategy as the table shows it: what is configured, what happens now, and the sizes to print it with. */
export interface StrategyRow {
  id: number;
  strategy: Strategy;
  status: StrategyStatus;
  leg: Leg | null;
  accountLabel: string;
  base: string;
  quote: string;
  tickSize: string | null;
  stepSize: string | null;
}

/** Rows that match the search text in name, market, account, kind or node. */
export function matchesQuery(row: StrategyRow, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const { strategy, status, leg, accountLabel } = row;
  const text = [strategy.name, strategy.kind, leg?.market, accountLabel, status.workerName, status.state]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function isSameRow(a: StrategyRow, b: StrategyRow): boolean {
  return (
    a.strategy === b.strategy &&
    a.status === b.status &&
    a.accountLabel === b.accountLabel &&
    a.tickSize === b.tickSize
  );
}

export function useStrategyRows() {
  const live = useLiveStore();
  const strategies = useStrategiesStore();
  const accounts = useAccountsStore();

  useMarketRules(() => (strategies.items ?? []).flatMap((item) => item.legs.map((leg) => leg.accountId)));

  /** Rows as last shown: one that did not change stays the same object, so that its cells are not drawn again. */
  let shown = new Map<number, StrategyRow>();
  function rowOf(strategy: Strategy): StrategyRow {
    const leg = strategy.legs[0] ?? null;
    const rules = leg ? accounts.rulesOf(leg.accountId, leg.market) : null;
    const row: StrategyRow = {
      id: strategy.id,
      strategy,
      status: live.statuses.get(strategy.id) ?? strategy.status,
      leg,
      accountLabel: leg ? (accounts.byId.get(leg.accountId)?.label ?? `#${leg.accountId}`) : '',
      ...assetsOf(leg?.market ?? ''),
      tickSize: rules?.tickSize ?? null,
      stepSize: rules?.stepSize ?? null,
    };
    const known = shown.get(row.id);
    return known && isSameRow(known, row) ? known : row;
  }
  const rows = computed<StrategyRow[]>(() => {
    const list = (strategies.items ?? []).map(rowOf);
    shown = new Map(list.map((row) => [row.id, row]));
    return list;
  });
  return { rows };
}
