import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { StrategyListQuery, StrategySort } from '../../schema/strategy-list.js';
import {
  RunRowEntity,
  StrategyLegEntity,
  StrategyRowEntity,
  type StrategyRow,
} from '../database/entities/strategy.js';
import type { PageOf } from './trading.js';

type SortField = 'id' | 'name' | 'createdAt' | 'updatedAt';

/** Where a page ended: the value sorted by, and the id that breaks ties. */
interface Position {
  value: string | number;
  id: number;
}

const MAX_LIKE = 100;

function sortOf(sort: StrategySort): { field: SortField; isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  return { field: (isDescending ? sort.slice(1) : sort) as SortField, isDescending };
}

function encode({ value, id }: Position): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

/** @returns null for a text that is no cursor of this list. */
function decode(cursor: string, field: SortField): Position | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null; // not ours: the caller refuses it
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) return null;
  const [value, id] = parsed as unknown[];
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return null;
  if (field === 'id') return typeof value === 'number' ? { value, id } : null;
  if (typeof value !== 'string') return null;
  if (field === 'name') return { value, id };
  return Number.isNaN(Date.parse(value)) ? null : { value, id };
}

/** A part of a text for LIKE, its wildcards taken literally. */
function likePattern(text: string): string {
  return `%${text.slice(0, MAX_LIKE).replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

function addFilters(query: SelectQueryBuilder<StrategyRow>, filter: StrategyListQuery): void {
  const { status = 'active', kind, accountId, market, desiredState, state, search } = filter;
  if (status !== 'all') query.andWhere(`s.deletedAt IS ${status === 'active' ? '' : 'NOT '}NULL`);
  if (kind !== undefined) query.andWhere('s.kind = :kind', { kind });
  if (desiredState !== undefined) query.andWhere('s.desiredState = :desiredState', { desiredState });
  const leg = StrategyLegEntity.options.name;
  const withLeg = (condition: string): string =>
    `EXISTS (${query.subQuery().select('1').from(leg, 'l').where(`l.strategyId = s.id AND ${condition}`).getQuery()})`;
  if (accountId !== undefined) query.andWhere(withLeg('l.accountId = :accountId'), { accountId });
  if (market !== undefined) query.andWhere(withLeg('l.market = :market'), { market });
  if (state !== undefined) {
    query
      .leftJoin(RunRowEntity.options.name, 'r', 'r.id = s.currentRunId')
      .andWhere("COALESCE(r.state, 'stopped') = :state", { state });
  }
  if (search !== undefined) {
    const words = ['LOWER(s.name) LIKE :like', withLeg('LOWER(l.market) LIKE :like')];
    const id = /^\d{1,9}$/.test(search) ? Number(search) : 0;
    query.andWhere(`(${[...words, 's.id = :searchId'].join(' OR ')})`, {
      like: likePattern(search.toLowerCase()),
      searchId: id,
    });
  }
}

/**
 * A page of the user's strategies.
 * @returns null when the cursor does not belong to this order.
 */
export async function listStrategies(
  manager: EntityManager,
  userId: number,
  filter: StrategyListQuery,
): Promise<PageOf<StrategyRow> | null> {
  const { sort = 'id', limit = 1000, cursor } = filter;
  const { field, isDescending } = sortOf(sort);
  const direction = isDescending ? 'DESC' : 'ASC';
  const query = manager
    .createQueryBuilder(StrategyRowEntity, 's')
    .where('s.userId = :userId AND s.isSystem = 0', { userId });
  addFilters(query, filter);
  if (cursor !== undefined) {
    const from = decode(cursor, field);
    if (from === null) return null;
    const value = field === 'createdAt' || field === 'updatedAt' ? new Date(from.value) : from.value;
    const beyond = isDescending ? '<' : '>';
    query.andWhere(`(s.${field} ${beyond} :value OR (s.${field} = :value AND s.id ${beyond} :afterId))`, {
      value,
      afterId: from.id,
    });
  }
  const rows = await query
    .orderBy(`s.${field}`, direction)
    .addOrderBy('s.id', direction)
    .limit(limit + 1)
    .getMany();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, nextCursor: null };
  const value = last[field];
  return {
    items,
    nextCursor: encode({ value: value instanceof Date ? value.toISOString() : value, id: last.id }),
  };
}
