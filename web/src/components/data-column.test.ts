import { dec } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { sortRows, type DataColumn } from './data-column.js';

interface Row {
  name: string;
  profit: string | null;
}
const rows: Row[] = [
  { name: 'b', profit: '9' },
  { name: 'a', profit: null },
  { name: 'c', profit: '10.000000000000000001' },
  { name: 'd', profit: '10' },
];
const columns: DataColumn<Row>[] = [
  { key: 'name', title: 'Name', sort: (row) => row.name },
  { key: 'profit', title: 'Profit', sort: (row) => (row.profit === null ? undefined : dec(row.profit)) },
];
const names = (key: string, descending: boolean): string =>
  sortRows(rows, columns, { key, descending })
    .map((row) => row.name)
    .join('');

describe('sorting a table', () => {
  it('sorts text and exact money in both directions', () => {
    expect(names('name', false)).toBe('abcd');
    expect(names('profit', false)).toBe('bdca');
    expect(names('profit', true)).toBe('cdba');
  });

  it('keeps the given order without a sort, or for a column that has none', () => {
    expect(sortRows(rows, columns, null)).toBe(rows);
    expect(names('unknown', true)).toBe('bacd');
  });
});
