import { onScopeDispose } from 'vue';

/** Runs `task` once, `delayMs` after the first of any number of calls. */
export function useCoalesced(task: () => void, delayMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  onScopeDispose(() => {
    if (timer) clearTimeout(timer);
  });
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      task();
    }, delayMs);
  };
}
