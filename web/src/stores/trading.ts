import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { ApiError } from '../api/api-error.js';
import { getTradingState, type TradingStateDto } from '../api/risk.js';

/** The platform's trading state, for the banner on every page; the accounts' own are in the accounts store. */
export const useTradingStore = defineStore('trading', () => {
  const platform = shallowRef<TradingStateDto | null>(null);
  const error = shallowRef<ApiError | null>(null);

  async function load(): Promise<void> {
    try {
      platform.value = await getTradingState('platform', null);
      error.value = null;
    } catch (cause) {
      // The connection badge says that nothing is heard; the banner keeps what was known.
      error.value = ApiError.from(cause);
    }
  }
  return { platform, error, load };
});
