import { onBeforeUnmount, onMounted, ref, type Ref, type ShallowRef } from 'vue';

/** Drawn this far before it scrolls into view. */
const MARGIN = '600px 0px';

const callbacks = new WeakMap<Element, (isNear: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** One observer for all: hundreds of cards would otherwise each have their own. */
function shared(): IntersectionObserver {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) callbacks.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  return observer;
}

/** Whether an element is in or near the visible part of the page. */
export function useNearView(element: Readonly<ShallowRef<HTMLElement | null>>): Ref<boolean> {
  const isNear = ref(false);
  onMounted(() => {
    if (!element.value) return;
    callbacks.set(element.value, (near) => {
      isNear.value = near;
    });
    shared().observe(element.value);
  });
  onBeforeUnmount(() => {
    if (element.value) shared().unobserve(element.value);
  });
  return isNear;
}
