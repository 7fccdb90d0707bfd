import type { EntityManager } from 'typeorm';
import { AuditRowEntity } from '../database/entities/records.js';

export interface AuditEntry {
  userId: number | null;
  /** An e-mail address, or the name of a part of the platform. */
  actor: string;
  /** Stable name such as "strategy.start". */
  action: string;
  /** What it was done to, such as "strategy 7". */
  target: string;
  details: Record<string, unknown>;
}

/** Notes a command, in the transaction that carries it out. Nothing here is ever changed or deleted. */
export async function appendAudit(manager: EntityManager, entry: AuditEntry): Promise<void> {
  await manager.insert(AuditRowEntity, {
    ...entry,
    details: JSON.stringify(entry.details),
    createdAt: new Date(),
  });
}
