import { computed, ref } from 'vue';
import type { DataColumn } from '../components/data-column.js';
import { readText, writeText } from '../stores/browser-storage.js';

/**
 * Which columns of a table are hidden, remembered under the table's name; columns marked `fixed` always show.
 *
 * @param isOptional columns that are shown only when they have been chosen
 */
export function useColumnChoice<Row>(
  table: string,
  columns: () => readonly DataColumn<Row>[],
  hiddenAtFirst: readonly string[] = [],
  isOptional: (column: string) => boolean = () => false,
) {
  const key = `columns.${table}`;
  const stored = readText(key);
  const hidden = ref(new Set(stored === null ? hiddenAtFirst : stored.split(',').filter(Boolean)));
  // Optional columns are remembered by being chosen: nobody has seen all that may ever come.
  const shownToo = ref(new Set((readText(`${key}.more`) ?? '').split(',').filter(Boolean)));
  const isShown = (column: string): boolean =>
    isOptional(column) ? shownToo.value.has(column) : !hidden.value.has(column);
  const choices = computed(() => columns().filter((column) => !column.fixed));
  const visible = computed(() => columns().filter((column) => column.fixed || isShown(column.key)));

  function show(column: string, wanted: boolean): void {
    const optional = isOptional(column);
    const target = optional ? shownToo : hidden;
    const next = new Set(target.value);
    if (wanted === optional) next.add(column);
    else next.delete(column);
    target.value = next;
    writeText(optional ? `${key}.more` : key, [...next].join(','));
  }

  return { choices, visible, isShown, show };
}

/** What the control for choosing columns needs to know. */
export type ColumnChoice = Pick<ReturnType<typeof useColumnChoice>, 'isShown' | 'show'> & {
  choices: { value: readonly { key: string; title: string }[] };
};
