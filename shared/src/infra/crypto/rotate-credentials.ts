import type { DataSource, EntityManager } from 'typeorm';
import { AccountCredentialEntity } from '../database/entities/account.js';
import { NotificationChannelRowEntity } from '../database/entities/notification.js';
import {
  credentialBinding,
  notificationBinding,
  type CredentialCipher,
  type SealedSecret,
} from './credential-cipher.js';

export interface RotationResult {
  /** Sealed anew with the present key. */
  rotated: number;
  /** Had it already. */
  current: number;
  /** Opened by neither key: `account 3 secret`, `notification channel 4`. They stay as they are. */
  unreadable: string[];
}

/** One sealed secret: how to read it under a lock, and how to put another in its place. */
interface SealedRow {
  name: string;
  binding: string;
  lock: (manager: EntityManager) => Promise<SealedSecret | null>;
  replace: (manager: EntityManager, sealed: SealedSecret) => Promise<unknown>;
}

/**
 * Seals every credential, and every notification channel's secrets, with the cipher's present key. One row at a time
 * and under its lock, so that nodes read either the old or the new one; may be interrupted and repeated at will.
 */
export async function rotateCredentials(
  dataSource: DataSource,
  cipher: CredentialCipher,
): Promise<RotationResult> {
  const result: RotationResult = { rotated: 0, current: 0, unreadable: [] };
  const rows = [...(await credentials(dataSource)), ...(await channelSecrets(dataSource))];
  for (const { name, binding, lock, replace } of rows) {
    await dataSource.transaction(async (manager) => {
      const row = await lock(manager);
      // Deleted or replaced meanwhile: what replaced it was sealed with the present key.
      if (row === null) return;
      if (row.keyId === cipher.keyId) {
        result.current += 1;
        return;
      }
      let secret: string;
      try {
        secret = cipher.open(row, binding);
      } catch {
        // Reported and left alone: a wrong old key must not cost the credentials.
        result.unreadable.push(name);
        return;
      }
      await replace(manager, cipher.seal(secret, binding));
      result.rotated += 1;
    });
  }
  return result;
}

async function credentials({ manager: reader }: DataSource): Promise<SealedRow[]> {
  const rows = await reader.find(AccountCredentialEntity, {
    select: { accountId: true, name: true },
    order: { accountId: 'ASC', name: 'ASC' },
  });
  return rows.map(({ accountId, name }) => ({
    name: `account ${accountId} ${name}`,
    binding: credentialBinding(accountId, name),
    lock: (manager) =>
      manager.findOne(AccountCredentialEntity, {
        where: { accountId, name },
        lock: { mode: 'pessimistic_write' },
      }),
    replace: (manager, sealed) => manager.update(AccountCredentialEntity, { accountId, name }, sealed),
  }));
}

async function channelSecrets({ manager: reader }: DataSource): Promise<SealedRow[]> {
  const rows = await reader.find(NotificationChannelRowEntity, {
    select: { id: true },
    order: { id: 'ASC' },
  });
  return rows.map(({ id }) => ({
    name: `notification channel ${id}`,
    binding: notificationBinding(id),
    lock: (manager) =>
      manager.findOne(NotificationChannelRowEntity, { where: { id }, lock: { mode: 'pessimistic_write' } }),
    replace: (manager, sealed) => manager.update(NotificationChannelRowEntity, { id }, sealed),
  }));
}
