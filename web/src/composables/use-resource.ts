import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { ApiError } from '../api/api-error.js';

/** Data of one panel with all it needs to show its states. */
export interface Resource<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<ApiError | null>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/**
 * Loads when created, when `key` changes (then the old data goes) and on `reload` (then it stays until the answer).
 * A newer load aborts an older one; the end of the scope aborts all.
 */
export function useResource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  key: () => unknown = () => null,
): Resource<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const loading = ref(false);
  let current: AbortController | null = null;

  async function reload(): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    loading.value = true;
    try {
      const loaded = await load(mine.signal);
      if (mine.signal.aborted) return;
      data.value = loaded;
      error.value = null;
    } catch (cause) {
      if (!mine.signal.aborted) error.value = ApiError.from(cause);
    } finally {
      if (current === mine) loading.value = false;
    }
  }

  watch(
    key,
    () => {
      data.value = null;
      error.value = null;
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(() => current?.abort());
  return { data, error, loading, reload };
}
