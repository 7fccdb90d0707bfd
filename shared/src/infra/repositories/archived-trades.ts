import type { EntityManager } from 'typeorm';
import type { Side } from '../../domain/order/order.js';
import type { ArchivedTrade, ArchiveSource } from '../../schema/trade-query.js';
import { trimmed } from '../database/entities/columns.js';
import { ARCHIVED } from '../retention/archive.js';
import { tradeConditions, type TradeScope } from './trade-filter.js';
import type { PageOf, PageRequest } from './trading.js';

interface Row {
  id: string;
  source: string;
  order_ref: string;
  strategy_id: number;
  strategy_name: string;
  account_id: number;
  market: string;
  side: Side;
  trade_id: string;
  price: string;
  quantity: string;
  amount: string;
  fee: string;
  fee_asset: string;
  fee_quote: string;
  profit: string | null;
  time: Date;
}

const money = (text: string): string => String(trimmed(text));

/** What a source is called in the table. */
const STORED: Readonly<Record<ArchiveSource, string>> = { archived: ARCHIVED, imported: 'import' };

function archivedDto(row: Row): ArchivedTrade {
  return {
    id: row.id,
    source: row.source === STORED.imported ? 'imported' : 'archived',
    orderRef: row.order_ref,
    strategyId: row.strategy_id,
    strategyName: row.strategy_name,
    accountId: row.account_id,
    market: row.market,
    side: row.side,
    tradeId: row.trade_id,
    price: money(row.price),
    quantity: money(row.quantity),
    amount: money(row.amount),
    fee: money(row.fee),
    feeAsset: row.fee_asset,
    feeQuote: money(row.fee_quote),
    profit: row.profit === null ? null : money(row.profit),
    time: row.time.toISOString(),
  };
}

/** Archived trades of the user, those that came last into the archive first. */
export async function listArchivedTrades(
  manager: EntityManager,
  scope: TradeScope,
  source: ArchiveSource | undefined,
  { limit, cursor }: PageRequest,
): Promise<PageOf<ArchivedTrade>> {
  const { where, values } = tradeConditions('t', 'time', scope);
  const narrowed = [
    ...(source === undefined ? [] : [['t.source = ?', STORED[source]] as const]),
    // CAST: a BIGINT compared with a text would be compared as binary floats.
    ...(cursor === null ? [] : [['t.id < CAST(? AS UNSIGNED)', cursor] as const]),
  ];
  const rows: Row[] = await manager.query(
    `SELECT t.*, s.name AS strategy_name FROM fill_archive t JOIN strategy s ON s.id = t.strategy_id
      WHERE ${[where, ...narrowed.map(([condition]) => condition)].join(' AND ')} ORDER BY t.id DESC LIMIT ?`,
    [...values, ...narrowed.map(([, value]) => value), limit + 1],
  );
  const items = rows.slice(0, limit).map(archivedDto);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
