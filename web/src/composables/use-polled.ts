import { onScopeDispose } from 'vue';

/** Runs `task` at this pace while the page is visible and `isWanted`; for what has no events of its own. */
export function usePolled(task: () => unknown, everyMs: number, isWanted: () => boolean = () => true): void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible' && isWanted()) task();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
}
