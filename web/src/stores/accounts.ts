import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef } from 'vue';
import { listAccounts, listMarkets } from '../api/accounts.js';
import { ApiError } from '../api/api-error.js';
import type { Account, MarketRules } from '../api/types.js';

/** The accounts, and the market rules of those that were asked for. */
export const useAccountsStore = defineStore('accounts', () => {
  const items = shallowRef<Account[] | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const loading = ref(false);
  const markets = shallowReactive(new Map<number, MarketRules[]>());
  const byId = computed(() => new Map((items.value ?? []).map((account) => [account.id, account])));
  const rules = computed(() => {
    const index = new Map<string, MarketRules>();
    for (const [accountId, list] of markets)
      for (const market of list) index.set(`${accountId} ${market.symbol}`, market);
    return index;
  });
  const pending = new Map<number, Promise<MarketRules[]>>();

  async function load(): Promise<void> {
    loading.value = true;
    try {
      items.value = (await listAccounts()).items;
      error.value = null;
    } catch (cause) {
      error.value = ApiError.from(cause);
    } finally {
      loading.value = false;
    }
  }

  function put(account: Account): void {
    const others = (items.value ?? []).filter((item) => item.id !== account.id);
    items.value = [...others, account].sort((a, b) => a.id - b.id);
  }

  function remove(id: number): void {
    items.value = (items.value ?? []).filter((item) => item.id !== id);
    markets.delete(id);
  }

  /** Market rules of an account, fetched once; a failed fetch is tried again at the next call. @throws ApiError */
  function loadMarkets(accountId: number): Promise<MarketRules[]> {
    const known = markets.get(accountId);
    if (known) return Promise.resolve(known);
    const running = pending.get(accountId);
    if (running) return running;
    const fetched = listMarkets(accountId)
      .then((list) => {
        markets.set(accountId, list.items);
        return list.items;
      })
      .finally(() => pending.delete(accountId));
    pending.set(accountId, fetched);
    return fetched;
  }

  function rulesOf(accountId: number, market: string): MarketRules | null {
    return rules.value.get(`${accountId} ${market}`) ?? null;
  }

  return { items, error, loading, byId, markets, load, put, remove, loadMarkets, rulesOf };
});
