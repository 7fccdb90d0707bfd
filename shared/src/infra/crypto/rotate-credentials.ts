import type { DataSource } from 'typeorm';
import { AccountCredentialEntity } from '../database/entities/account.js';
import { credentialBinding, type CredentialCipher } from './credential-cipher.js';

export interface RotationResult {
  /** Sealed anew with the present key. */
  rotated: number;
  /** Had it already. */
  current: number;
  /** Opened by neither key: `account 3 secret`. They stay as they are. */
  unreadable: string[];
}

/**
 * Seals every credential with the cipher's present key. One row at a time and under its lock, so that nodes read either
 * the old or the new one; may be interrupted and repeated at will.
 */
export async function rotateCredentials(
  dataSource: DataSource,
  cipher: CredentialCipher,
): Promise<RotationResult> {
  const result: RotationResult = { rotated: 0, current: 0, unreadable: [] };
  const rows = await dataSource.manager.find(AccountCredentialEntity, {
    select: { accountId: true, name: true },
    order: { accountId: 'ASC', name: 'ASC' },
  });
  for (const { accountId, name } of rows) {
    await dataSource.transaction(async (manager) => {
      const row = await manager.findOne(AccountCredentialEntity, {
        where: { accountId, name },
        lock: { mode: 'pessimistic_write' },
      });
      // Deleted or replaced meanwhile: what replaced it was sealed with the present key.
      if (row === null) return;
      if (row.keyId === cipher.keyId) {
        result.current += 1;
        return;
      }
      const binding = credentialBinding(accountId, name);
      let secret: string;
      try {
        secret = cipher.open(row, binding);
      } catch {
        // Reported and left alone: a wrong old key must not cost the credentials.
        result.unreadable.push(`account ${accountId} ${name}`);
        return;
      }
      await manager.update(AccountCredentialEntity, { accountId, name }, cipher.seal(secret, binding));
      result.rotated += 1;
    });
  }
  return result;
}
