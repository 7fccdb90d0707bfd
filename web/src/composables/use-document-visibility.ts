import { onScopeDispose, ref, type Ref } from 'vue';

/** Whether the page is in view, not in a background tab. */
export function useDocumentVisibility(): Ref<boolean> {
  const visible = ref(document.visibilityState === 'visible');
  const update = (): void => {
    visible.value = document.visibilityState === 'visible';
  };
  document.addEventListener('visibilitychange', update);
  onScopeDispose(() => document.removeEventListener('visibilitychange', update));
  return visible;
}
