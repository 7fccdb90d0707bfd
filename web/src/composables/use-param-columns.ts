import { dec, isDecimalString, type Decimal } from '@gridfleet/shared/domain';
import { computed } from 'vue';
import type { DataColumn } from '../components/data-column.js';
import { fieldsOf, valueAt, type FieldSpec } from '../form/schema-fields.js';
import { kindText } from '../i18n/kinds.js';
import { usePreferences } from '../stores/preferences.js';
import { useStrategiesStore } from '../stores/strategies.js';
import type { StrategyRow } from './use-strategy-rows.js';

/** A column of the list that shows one parameter, to be edited in place. */
export interface ParamColumn extends DataColumn<StrategyRow> {
  /** Path of the parameter, e.g. "quantity.value". */
  param: string;
}

const NUMBERS: ReadonlySet<FieldSpec['input']> = new Set(['decimal', 'integer', 'number']);

function sortValue(value: unknown): Decimal | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && isDecimalString(text) ? dec(text) : undefined;
}

/** Parameters that are numbers and belong to a kind as a whole, each once, in the order of the kinds. */
export function numberFields(schemas: readonly unknown[]): Map<string, FieldSpec> {
  const fields = new Map<string, FieldSpec>();
  for (const field of schemas.flatMap((schema) => fieldsOf(schema)))
    if (NUMBERS.has(field.input) && field.group?.optional !== true && !fields.has(field.name))
      fields.set(field.name, field);
  return fields;
}

/** Columns for the parameters of the kinds that are listed; all of them hidden at first. */
export function useParamColumns(rows: () => readonly StrategyRow[]) {
  const strategies = useStrategiesStore();
  const preferences = usePreferences();
  const kinds = computed(() => [...new Set(rows().map(({ strategy }) => strategy.kind))].sort());

  function titleOf(field: FieldSpec): string {
    for (const kind of kinds.value) {
      const title = kindText(preferences.locale, kind)?.params[field.name]?.title;
      if (title !== undefined) return title;
    }
    return field.title;
  }
  const columns = computed<ParamColumn[]>(() => {
    const schemas = kinds.value.map((kind) => strategies.kinds?.find((info) => info.kind === kind)?.params);
    return [...numberFields(schemas).values()].map((field) => ({
      key: `param:${field.name}`,
      param: field.name,
      title: titleOf(field),
      numeric: true,
      sort: (row) => sortValue(valueAt(row.strategy.params, field.name)),
    }));
  });
  return { columns, keys: computed(() => columns.value.map(({ key }) => key)) };
}
