import { computed, watchEffect } from 'vue';
import { useAccountsStore } from '../stores/accounts.js';
import { onSnapshot } from './use-platform-events.js';

/** Keeps the market rules of these accounts loaded; what failed is tried again with each new connection. */
export function useMarketRules(accountIds: () => Iterable<number>): void {
  const accounts = useAccountsStore();
  const load = (): void => {
    // Without the rules numbers are shown exact instead of by tick size, so a failure needs no notice.
    for (const id of new Set(accountIds())) accounts.loadMarkets(id).catch(() => undefined);
  };
  watchEffect(load);
  onSnapshot(load);
}

/** The rules of one market of an account, with its sizes; null until known. */
export function useMarketSizes(accountId: () => number | null, market: () => string | null) {
  const accounts = useAccountsStore();
  useMarketRules(() => {
    const id = accountId();
    return id === null ? [] : [id];
  });
  const rules = computed(() => {
    const id = accountId();
    const symbol = market();
    return id === null || symbol === null ? null : accounts.rulesOf(id, symbol);
  });
  return {
    rules,
    tickSize: computed(() => rules.value?.tickSize ?? null),
    stepSize: computed(() => rules.value?.stepSize ?? null),
  };
}
