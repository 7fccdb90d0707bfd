import { computed, ref } from 'vue';
import type { DataColumn } from '../components/data-column.js';
import { readText, writeText } from '../stores/browser-storage.js';

/** Which columns of a table are hidden, remembered under the table's name; columns marked `fixed` always show. */
export function useColumnChoice<Row>(
  table: string,
  columns: () => readonly DataColumn<Row>[],
  hiddenAtFirst: readonly string[] = [],
) {
  const key = `columns.${table}`;
  const stored = readText(key);
  const hidden = ref(new Set(stored === null ? hiddenAtFirst : stored.split(',').filter(Boolean)));
  const choices = computed(() => columns().filter((column) => !column.fixed));
  const visible = computed(() => columns().filter((column) => column.fixed || !hidden.value.has(column.key)));

  function show(column: string, isShown: boolean): void {
    const next = new Set(hidden.value);
    if (isShown) next.delete(column);
    else next.add(column);
    hidden.value = next;
    writeText(key, [...next].join(','));
  }
  const isShown = (column: string): boolean => !hidden.value.has(column);

  return { choices, visible, isShown, show };
}

/** What the control for choosing columns needs to know. */
export type ColumnChoice = Pick<ReturnType<typeof useColumnChoice>, 'isShown' | 'show'> & {
  choices: { value: readonly { key: string; title: string }[] };
};
