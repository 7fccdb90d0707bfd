import type { EntityManager } from 'typeorm';
import { tradeConditions, type TradeScope } from './trade-filter.js';

/** Rows of one read: small enough to end far below any deadline. */
const CHUNK = 1_000;

type Row = Record<string, unknown>;

export interface ExportColumn {
  /** Heading. */
  name: string;
  /** SQL expression; `t` is the table, `s` its strategy. */
  sql: string;
}

/** What an export reads. */
export interface ExportSource {
  table: 'fill' | 'orders' | 'cycle' | 'fill_archive';
  time: string;
  columns: readonly ExportColumn[];
  /** SQL condition on `t`; without it every row counts. */
  only?: string;
}

/**
 * Rows of the user, oldest first, read piece by piece so that a million of them need no memory. Money and times come as
 * text, as they are stored.
 */
export async function* exportRows(
  manager: EntityManager,
  { table, time, columns, only = 'TRUE' }: ExportSource,
  scope: TradeScope,
): AsyncGenerator<Row> {
  const { where, values } = tradeConditions('t', time, scope, table === 'cycle' ? 'cycle' : 'trade');
  const select = columns.map(({ name, sql }) => `${sql} AS \`${name}\``).join(', ');
  let after: { time: Date; id: string } | null = null;
  for (;;) {
    const beyond: string =
      after === null ? '' : `AND (t.${time} > ? OR (t.${time} = ? AND t.id > CAST(? AS UNSIGNED)))`;
    const position: unknown[] = after === null ? [] : [after.time, after.time, after.id];
    const rows: (Row & { _id: string; _time: Date })[] = await manager.query(
      `SELECT t.id AS _id, t.${time} AS _time, ${select} FROM ${table} t JOIN strategy s ON s.id = t.strategy_id
        WHERE ${where} AND ${only} ${beyond} ORDER BY t.${time}, t.id LIMIT ${CHUNK}`,
      [...values, ...position],
    );
    for (const row of rows) yield row;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) return;
    after = { time: last._time, id: last._id };
  }
}
