import type { DataSource, EntityManager } from 'typeorm';
import type { PlatformEvent } from '../../schema/events.js';
import type { Notice } from '../../schema/notice.js';

/** Events of one relay pass. */
const BATCH = 200;

/** Stores critical events in the transaction that causes them; a relay publishes them after the commit. */
export async function appendToOutbox(
  manager: EntityManager,
  events: readonly PlatformEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await manager.query('INSERT INTO outbox (event, created_at) VALUES ?', [
    events.map((event) => [JSON.stringify(event), new Date()]),
  ]);
}

/**
 * Publishes events that wait (notices are the notifier's and only marked), oldest first, and marks them. When publishing fails they stay; an event may be published
 * twice but is never lost. Several nodes may relay at once: each takes rows no other holds.
 * @returns how many were published
 */
export async function relayOutbox(
  database: DataSource,
  publish: (events: PlatformEvent[]) => Promise<void>,
): Promise<number> {
  return database.transaction(async (manager) => {
    const rows: { id: string; event: string }[] = await manager.query(
      'SELECT id, event FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED',
      [BATCH],
    );
    if (rows.length === 0) return 0;
    const events = rows.map((row) => JSON.parse(row.event) as PlatformEvent | Notice);
    await publish(events.filter((event) => event.type !== 'notice'));
    await manager.query('UPDATE outbox SET published_at = UTC_TIMESTAMP(3) WHERE id IN (?)', [
      rows.map((row) => row.id),
    ]);
    return rows.length;
  });
}
