import { In, type EntityManager } from 'typeorm';
import {
  CycleRowEntity,
  FillRowEntity,
  OrderRowEntity,
  type CycleRow,
  type FillRow,
  type OrderRow,
} from '../database/entities/trading.js';
import { tradeConditions, type TradeScope } from './trade-filter.js';
import type { OrderFilter, PageOf, PageRequest } from './trading.js';

interface IdRow {
  id: string;
}

/** Ids of one page, newest first, one more than asked for to know whether there is a next page. */
async function pageIds(
  manager: EntityManager,
  from: string,
  conditions: { where: string; values: unknown[] },
  { limit, cursor }: PageRequest,
): Promise<{ ids: string[]; nextCursor: string | null }> {
  // CAST: a BIGINT compared with a text would be compared as binary floats.
  const after = cursor === null ? '' : ' AND t.id < CAST(? AS UNSIGNED)';
  const rows: IdRow[] = await manager.query(
    `SELECT t.id FROM ${from} t JOIN strategy s ON s.id = t.strategy_id
      WHERE ${conditions.where}${after} ORDER BY t.id DESC LIMIT ?`,
    [...conditions.values, ...(cursor === null ? [] : [cursor]), limit + 1],
  );
  const ids = rows.slice(0, limit).map(({ id }) => String(id));
  return { ids, nextCursor: rows.length > limit ? (ids.at(-1) ?? null) : null };
}

function inOrder<T extends { id: string }>(ids: readonly string[], rows: readonly T[]): T[] {
  const byId = new Map(rows.map((row) => [String(row.id), row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Fills of the user, newest first. */
export async function listFills(
  manager: EntityManager,
  scope: TradeScope,
  page: PageRequest,
): Promise<PageOf<FillRow>> {
  const { ids, nextCursor } = await pageIds(manager, 'fill', tradeConditions('t', 'time', scope), page);
  const rows = await manager.findBy(FillRowEntity, { id: In(ids) });
  return { items: inOrder(ids, rows), nextCursor };
}

/** Orders of the user, newest first; dates are those of their creation. */
export async function listOrders(
  manager: EntityManager,
  scope: TradeScope,
  state: OrderFilter,
  page: PageRequest,
): Promise<PageOf<OrderRow>> {
  const conditions = tradeConditions('t', 'created_at', scope);
  if (state !== 'all') conditions.where += ` AND t.is_final = ${state === 'closed' ? 1 : 0}`;
  const { ids, nextCursor } = await pageIds(manager, 'orders', conditions, page);
  const rows = await manager.findBy(OrderRowEntity, { id: In(ids) });
  return { items: inOrder(ids, rows), nextCursor };
}

/** Completed cycles of the user, newest first. */
export async function listCycles(
  manager: EntityManager,
  scope: TradeScope,
  page: PageRequest,
): Promise<PageOf<CycleRow>> {
  const conditions = tradeConditions('t', 'completed_at', scope, 'cycle');
  const { ids, nextCursor } = await pageIds(manager, 'cycle', conditions, page);
  const rows = await manager.findBy(CycleRowEntity, { id: In(ids) });
  return { items: inOrder(ids, rows), nextCursor };
}

/** Order ids of the other side of each order: of a sell the filled buy before it in its slot, of a buy the sell after. */
export async function linkedOrders(
  manager: EntityManager,
  orderIds: readonly string[],
): Promise<Map<string, string>> {
  if (orderIds.length === 0) return new Map();
  const same = `x.strategy_id = o.strategy_id AND x.leg = o.leg AND x.market = o.market
    AND x.position_side = o.position_side AND x.slot = o.slot AND x.filled_quantity > 0`;
  const rows: { id: string; linked: string | null }[] = await manager.query(
    `SELECT o.id, IF(o.side = 'sell',
        (SELECT x.id FROM orders x WHERE ${same} AND x.side = 'buy' AND x.generation < o.generation
          ORDER BY x.generation DESC LIMIT 1),
        (SELECT x.id FROM orders x WHERE ${same} AND x.side = 'sell' AND x.generation > o.generation
          ORDER BY x.generation LIMIT 1)) AS linked
       FROM orders o WHERE o.id IN (?)`,
    [[...orderIds]],
  );
  return new Map(rows.flatMap(({ id, linked }) => (linked === null ? [] : [[String(id), String(linked)]])));
}
