import type { DataSource, EntityManager } from 'typeorm';
import { Value } from 'typebox/value';
import { PlatformEvent } from '../../schema/events.js';
import { Notice } from '../../schema/notice.js';

/** A row of the outbox that people may have to be told of. */
export interface UntoldRow {
  id: string;
  /** Null when it is of a kind unknown here. */
  event: PlatformEvent | Notice | null;
  createdAt: Date;
}

/** The statement that writes a notice, for batches of statements. */
export const NOTICE_SQL = 'INSERT INTO outbox (event, created_at) VALUES (?, UTC_TIMESTAMP(3))';

/** Writes a notice in the transaction that causes it: neither is without the other. */
export async function appendNotice(manager: EntityManager, notice: Notice): Promise<void> {
  await manager.query(NOTICE_SQL, [JSON.stringify(notice)]);
}

/** Several in one statement. */
export async function appendNotices(manager: EntityManager, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const now = new Date();
  await manager.query('INSERT INTO outbox (event, created_at) VALUES ?', [
    notices.map((notice) => [JSON.stringify(notice), now]),
  ]);
}

/** A notice about a strategy. */
export function strategyNotice(
  what: Notice['what'],
  strategyId: number,
  reason: Notice['reason'],
  by: string | null = null,
): Notice {
  return { type: 'notice', what, scope: 'strategy', scopeId: strategyId, state: null, reason, by };
}

/** Rows nobody was told of, oldest first. Several readers may get the same: what they do with a row must bear that. */
export async function untoldRows(dataSource: DataSource, limit: number): Promise<UntoldRow[]> {
  const rows: { id: string; event: string; created_at: Date }[] = await dataSource.query(
    'SELECT id, event, created_at FROM outbox WHERE notified_at IS NULL ORDER BY id LIMIT ?',
    [limit],
  );
  return rows.map(({ id, event, created_at: createdAt }) => {
    const parsed: unknown = JSON.parse(event);
    const isKnown = Value.Check(Notice, parsed) || Value.Check(PlatformEvent, parsed);
    return { id, event: isKnown ? parsed : null, createdAt };
  });
}

/** Everything that was to be told of these rows is stored. */
export async function markTold(dataSource: DataSource, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await dataSource.query('UPDATE outbox SET notified_at = UTC_TIMESTAMP(3) WHERE id IN (?)', [ids]);
}
