import type { DataSource } from 'typeorm';

/** How much is stored. */
export interface Sizes {
  strategies: number;
  running: number;
  fills: number;
}

export const ACCOUNTS = 20;
/** Cells of each grid. */
export const CELLS = 20;
export const MARKETS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT'];
/** Rows of one insert. */
const ROWS = 2_000;

/** Rows of a table, many at a time. */
export async function insert(
  rows: DataSource,
  table: string,
  columns: readonly string[],
  count: number,
  row: (index: number) => unknown[],
): Promise<void> {
  for (let from = 0; from < count; from += ROWS) {
    const values = Array.from({ length: Math.min(ROWS, count - from) }, (_, i) => row(from + i));
    await rows.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]);
  }
}
