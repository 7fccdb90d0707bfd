import { Decimal } from '@gridfleet/shared/domain';

export type SortValue = string | number | Decimal;

/** One column of a data table; the cell is the slot `cell-<key>`. */
export interface DataColumn<Row> {
  key: string;
  title: string;
  /** Numbers stand right, in tabular figures. */
  numeric?: boolean;
  /** Sortable by this value; undefined stays last in both directions. */
  sort?: (row: Row) => SortValue | undefined;
  help?: string;
  /** Stays in view when the table scrolls sideways. */
  sticky?: boolean;
  /** Cannot be hidden by the choice of columns. */
  fixed?: boolean;
}

export interface SortState {
  key: string;
  descending: boolean;
}

/** Rows in the wanted order; the sort is stable, so that equal rows stay as they came. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
  state: SortState | null,
): readonly Row[] {
  const value = state && columns.find((column) => column.key === state.key)?.sort;
  if (!state || !value) return rows;
  const direction = state.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return compare(left, right) * direction;
  });
}

function compare(left: SortValue, right: SortValue): number {
  if (left instanceof Decimal && right instanceof Decimal) return left.cmp(right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right));
}
