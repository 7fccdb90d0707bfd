import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** Filters that live in the address, so that what is shown can be linked and survives a reload; '' is no filter. */
export function useQueryFilter<Key extends string>(keys: readonly Key[]) {
  const route = useRoute();
  const router = useRouter();

  const values = computed(() => {
    const read = (key: Key): string => {
      const value = route.query[key];
      return typeof value === 'string' ? value : '';
    };
    return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<Key, string>;
  });
  const isFiltered = computed(() => keys.some((key) => values.value[key] !== ''));

  /** Changes some filters; whatever else is in the address stays. */
  function set(change: Partial<Record<Key, string>>): void {
    const query: Record<string, string> = {};
    const merged: Record<string, unknown> = { ...route.query, ...change };
    for (const [key, value] of Object.entries(merged))
      if (typeof value === 'string' && value !== '') query[key] = value;
    void router.replace({ query });
  }

  function clear(): void {
    set(Object.fromEntries(keys.map((key) => [key, ''])) as Record<Key, string>);
  }

  /** One filter as a model for an input. */
  function model(key: Key) {
    return computed({
      get: () => values.value[key],
      // A cleared select gives undefined.
      set: (value: string | undefined) => set({ [key]: value ?? '' } as Partial<Record<Key, string>>),
    });
  }

  return { values, isFiltered, set, clear, model };
}
