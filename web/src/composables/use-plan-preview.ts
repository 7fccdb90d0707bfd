import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { ApiError } from '../api/api-error.js';
import { previewStrategy } from '../api/strategies.js';
import type { Plan, PreviewRequest } from '../api/types.js';

/** Quiet time after the last keystroke before a preview is asked for, ms. */
const DEBOUNCE_MS = 400;

/** What the strategy would do, asked again whenever the request changes; an older answer never replaces a newer one. */
export function usePlanPreview(request: () => PreviewRequest | null) {
  const plan = shallowRef<Plan | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const busy = ref(false);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let current: AbortController | null = null;

  function cancel(): void {
    if (timer) clearTimeout(timer);
    current?.abort();
    busy.value = false;
  }

  async function ask(body: PreviewRequest): Promise<void> {
    const mine = new AbortController();
    current = mine;
    try {
      const answer = await previewStrategy(body, mine.signal);
      if (mine.signal.aborted) return;
      plan.value = answer;
      error.value = null;
    } catch (cause) {
      if (mine.signal.aborted) return;
      plan.value = null;
      error.value = ApiError.from(cause);
    } finally {
      if (current === mine) busy.value = false;
    }
  }

  function refresh(): void {
    cancel();
    const body = request();
    if (!body) {
      plan.value = null;
      error.value = null;
      return;
    }
    busy.value = true;
    timer = setTimeout(() => void ask(body), DEBOUNCE_MS);
  }

  watch(() => JSON.stringify(request()), refresh, { immediate: true });
  onScopeDispose(cancel);
  return { plan, error, busy, refresh };
}
