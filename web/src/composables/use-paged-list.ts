import { ref } from 'vue';
import { ApiError } from '../api/api-error.js';
import type { Page } from '../api/types.js';
import { useResource } from './use-resource.js';

/** When events have made a list this long, it starts again from its first page. */
const MAX_ROWS = 1000;

/** A cursor-paged list, newest first, that grows downwards by `more` and upwards by events. */
export function usePagedList<T extends { id: string }>(
  fetchPage: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>,
  key: () => unknown = () => null,
) {
  const list = useResource<Page<T>>((signal) => fetchPage(undefined, signal), key);
  const loadingMore = ref(false);

  async function more(): Promise<void> {
    const page = list.data.value;
    if (!page?.nextCursor || loadingMore.value) return;
    loadingMore.value = true;
    try {
      const next = await fetchPage(page.nextCursor);
      // A reload or another key in between makes this page foreign to what is shown.
      if (list.data.value?.nextCursor !== page.nextCursor) return;
      const seen = new Set(list.data.value.items.map((item) => item.id));
      const added = next.items.filter((item) => !seen.has(item.id));
      list.data.value = { items: [...list.data.value.items, ...added], nextCursor: next.nextCursor };
    } catch (cause) {
      list.error.value = ApiError.from(cause);
    } finally {
      loadingMore.value = false;
    }
  }

  /** Puts an item in: in its place when known, else on top. */
  function put(item: T): void {
    const page = list.data.value;
    if (!page) return;
    const at = page.items.findIndex((known) => known.id === item.id);
    if (at < 0 && page.items.length >= MAX_ROWS) return void list.reload();
    list.data.value = { ...page, items: at >= 0 ? page.items.with(at, item) : [item, ...page.items] };
  }

  function drop(id: string): void {
    const page = list.data.value;
    if (page?.items.some((item) => item.id === id))
      list.data.value = { ...page, items: page.items.filter((item) => item.id !== id) };
  }

  return { ...list, loadingMore, more, put, drop };
}
