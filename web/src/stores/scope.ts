import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useAccountsStore } from './accounts.js';

/** Whether the page concerns real money: the environments of what it shows decide the band under the header. */
export const useScopeStore = defineStore('scope', () => {
  const accounts = useAccountsStore();
  /** Set by a page about one object; null means all active accounts. */
  const page = shallowRef<readonly string[] | null>(null);
  const environments = computed<readonly string[]>(
    () =>
      page.value ??
      (accounts.items ?? []).filter((account) => account.isActive).map((account) => account.environment),
  );
  const band = computed<'live' | 'testnet' | 'sim' | 'paper' | null>(() => {
    if (environments.value.includes('live')) return 'live';
    if (environments.value.includes('testnet')) return 'testnet';
    if (environments.value.includes('sim')) return 'sim';
    return environments.value.length > 0 ? 'paper' : null;
  });
  return { page, band };
});
