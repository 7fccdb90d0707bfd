import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { AuditEntryDto, AuditQuery, Correction, JournalQuery } from '../../schema/journal.js';
import { AccountRowEntity } from '../database/entities/account.js';
import { AuditRowEntity } from '../database/entities/records.js';
import { CorrectionRowEntity } from '../database/entities/trading.js';
import type { PageOf, PageRequest } from './trading.js';

/** Stored JSON as it was; a text that is none is shown as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // written by hand or by a later version: better shown than hidden
  }
}

async function paged<T extends ObjectLiteral & { id: string }, R>(
  query: SelectQueryBuilder<T>,
  { limit, cursor }: PageRequest,
  dto: (row: T) => R,
): Promise<PageOf<R>> {
  if (cursor !== null) query.andWhere('r.id < CAST(:cursor AS UNSIGNED)', { cursor });
  const rows = await query
    .orderBy('r.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  const items = rows.slice(0, limit);
  return {
    items: items.map(dto),
    nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
  };
}

/** What reconciliation put right on the user's accounts, newest first. */
export function listCorrections(
  manager: EntityManager,
  userId: number,
  { strategyId, accountId, cause }: JournalQuery,
  page: PageRequest,
): Promise<PageOf<Correction>> {
  const query = manager
    .createQueryBuilder(CorrectionRowEntity, 'r')
    .innerJoin(AccountRowEntity.options.name, 'a', 'a.id = r.accountId')
    .where('a.userId = :userId', { userId });
  if (strategyId !== undefined) query.andWhere('r.strategyId = :strategyId', { strategyId });
  if (accountId !== undefined) query.andWhere('r.accountId = :accountId', { accountId });
  if (cause !== undefined) query.andWhere('r.cause = :cause', { cause });
  return paged(query, page, (row) => ({
    id: row.id,
    strategyId: row.strategyId,
    accountId: row.accountId,
    orderId: row.orderId,
    cause: row.cause,
    before: parsed(row.beforeState),
    after: parsed(row.afterState),
    createdAt: row.createdAt.toISOString(),
  }));
}

/** The user's own commands, newest first. */
export function listAudit(
  manager: EntityManager,
  userId: number,
  { action }: AuditQuery,
  page: PageRequest,
): Promise<PageOf<AuditEntryDto>> {
  const query = manager.createQueryBuilder(AuditRowEntity, 'r').where('r.userId = :userId', { userId });
  if (action !== undefined) query.andWhere('r.action = :action', { action });
  return paged(query, page, (row) => ({
    id: row.id,
    actor: row.actor,
    action: row.action,
    target: row.target,
    details: parsed(row.details),
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Writes what an operator put right. */
export async function appendCorrection(
  manager: EntityManager,
  entry: { strategyId: number | null; accountId: number; cause: string; before: unknown; after: unknown },
): Promise<void> {
  await manager.insert(CorrectionRowEntity, {
    strategyId: entry.strategyId,
    accountId: entry.accountId,
    orderId: null,
    cause: entry.cause,
    beforeState: JSON.stringify(entry.before ?? null),
    afterState: JSON.stringify(entry.after ?? null),
    createdAt: new Date(),
  });
}
