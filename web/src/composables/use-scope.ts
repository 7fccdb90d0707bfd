import { onScopeDispose, watchEffect } from 'vue';
import { useScopeStore } from '../stores/scope.js';

/** Makes the band under the header speak about these environments while the page is open. */
export function useScope(environments: () => readonly string[] | null): void {
  const scope = useScopeStore();
  watchEffect(() => {
    scope.page = environments();
  });
  onScopeDispose(() => {
    scope.page = null;
  });
}
