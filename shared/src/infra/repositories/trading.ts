import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import {
  CycleRowEntity,
  OrderRowEntity,
  type CycleRow,
  type OrderRow,
} from '../database/entities/trading.js';

/** One page, newest first. `cursor` is the id after which it begins; null begins at the newest. */
export interface PageRequest {
  limit: number;
  cursor: string | null;
}

export interface PageOf<T> {
  items: T[];
  nextCursor: string | null;
}

export type OrderFilter = 'open' | 'closed' | 'all';

/** Orders and cycles of a strategy as lists. */
export class TradingRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  orders(strategyId: number, filter: OrderFilter, page: PageRequest): Promise<PageOf<OrderRow>> {
    const query = this.#manager
      .createQueryBuilder(OrderRowEntity, 'r')
      .where('r.strategyId = :strategyId', { strategyId });
    if (filter !== 'all') query.andWhere('r.isFinal = :isFinal', { isFinal: filter === 'closed' });
    return paged(query, page);
  }

  /** Whether an order of the strategy may still be at the exchange. */
  hasLiveOrders(strategyId: number): Promise<boolean> {
    return this.#manager.existsBy(OrderRowEntity, { strategyId, isFinal: false });
  }

  cycles(strategyId: number, page: PageRequest): Promise<PageOf<CycleRow>> {
    const query = this.#manager
      .createQueryBuilder(CycleRowEntity, 'r')
      .where('r.strategyId = :strategyId', { strategyId });
    return paged(query, page);
  }
}

/** Reads one row more than asked for, to know whether there is a next page. */
async function paged<T extends ObjectLiteral & { id: string }>(
  query: SelectQueryBuilder<T>,
  { limit, cursor }: PageRequest,
): Promise<PageOf<T>> {
  // CAST: a BIGINT compared with a text would be compared as binary floats.
  if (cursor !== null) query.andWhere('r.id < CAST(:cursor AS UNSIGNED)', { cursor });
  const rows = await query
    .orderBy('r.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
