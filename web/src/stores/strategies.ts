import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { ApiError } from '../api/api-error.js';
import { listKinds, listStrategies } from '../api/strategies.js';
import type { Strategy, StrategyKindInfo } from '../api/types.js';

/** The configured strategies and the kinds there are. Live status is in the live store. */
export const useStrategiesStore = defineStore('strategies', () => {
  const items = shallowRef<Strategy[] | null>(null);
  const kinds = shallowRef<StrategyKindInfo[] | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const loading = ref(false);
  const byId = computed(() => new Map((items.value ?? []).map((strategy) => [strategy.id, strategy])));
  let request = 0;

  /** Loads the list; a later call wins over an earlier one still under way. */
  async function load(): Promise<void> {
    const mine = ++request;
    loading.value = true;
    try {
      const list = await listStrategies();
      if (mine !== request) return;
      items.value = list;
      error.value = null;
    } catch (cause) {
      if (mine === request) error.value = ApiError.from(cause);
    } finally {
      if (mine === request) loading.value = false;
    }
  }

  /** Puts in one strategy as a command or a read returned it. */
  function put(strategy: Strategy): void {
    const others = (items.value ?? []).filter((item) => item.id !== strategy.id);
    items.value = strategy.isDeleted ? others : [...others, strategy].sort((a, b) => b.id - a.id);
  }

  function remove(id: number): void {
    items.value = (items.value ?? []).filter((item) => item.id !== id);
  }

  /** @throws ApiError */
  async function loadKinds(): Promise<StrategyKindInfo[]> {
    kinds.value ??= (await listKinds()).items;
    return kinds.value;
  }

  return { items, kinds, error, loading, byId, load, put, remove, loadKinds };
});
