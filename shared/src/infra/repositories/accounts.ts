import { In, IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import type { SealedSecret } from '../crypto/credential-cipher.js';
import {
  AccountCredentialEntity,
  AccountRowEntity,
  InstallationEntity,
  type AccountRow,
} from '../database/entities/account.js';

export type NewAccount = Pick<AccountRow, 'userId' | 'label' | 'venue' | 'environment' | 'fingerprint'>;

const VISIBLE = { deletedAt: IsNull(), verifiedAt: Not(IsNull()) };

/** Accounts and their sealed credentials. Unverified and deleted rows are invisible to every reader. */
export class AccountRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  list(userId: number): Promise<AccountRow[]> {
    return this.#manager.find(AccountRowEntity, { where: { userId, ...VISIBLE }, order: { id: 'ASC' } });
  }

  find(userId: number, id: number): Promise<AccountRow | null> {
    return this.#manager.findOneBy(AccountRowEntity, { id, userId, ...VISIBLE });
  }

  /** As `find`, and holds the row until the transaction ends. */
  lock(userId: number, id: number): Promise<AccountRow | null> {
    return this.#manager.findOne(AccountRowEntity, {
      where: { id, userId, ...VISIBLE },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Names of the stored secrets per account, sorted. */
  async credentialNames(accountIds: readonly number[]): Promise<Map<number, string[]>> {
    const names = new Map<number, string[]>(accountIds.map((id) => [id, []]));
    if (accountIds.length === 0) return names;
    const rows = await this.#manager.find(AccountCredentialEntity, {
      select: { accountId: true, name: true },
      where: { accountId: In([...accountIds]) },
      order: { name: 'ASC' },
    });
    for (const row of rows) names.get(row.accountId)?.push(row.name);
    return names;
  }

  /** Inserts an account that nobody sees until it is verified. @returns its id. */
  async insertUnverified(account: NewAccount): Promise<number> {
    const now = new Date();
    const result = await this.#manager.insert(AccountRowEntity, {
      ...account,
      isActive: true,
      tradingState: 'ACTIVE',
      orphanPolicy: 'cancel',
      verifiedAt: null,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    return Number(result.identifiers[0]?.['id']);
  }

  async replaceCredentials(accountId: number, secrets: ReadonlyMap<string, SealedSecret>): Promise<void> {
    await this.#manager.delete(AccountCredentialEntity, { accountId });
    const rows = [...secrets].map(([name, secret]) => ({ accountId, name, ...secret }));
    await this.#manager.insert(AccountCredentialEntity, rows);
  }

  /** @returns false when the row is gone, because it was swept meanwhile. */
  async markVerified(id: number): Promise<boolean> {
    const now = new Date();
    const done = await this.#manager.update(AccountRowEntity, { id }, { verifiedAt: now, updatedAt: now });
    return done.affected === 1;
  }

  async update(
    id: number,
    change: Partial<Pick<AccountRow, 'label' | 'isActive' | 'fingerprint' | 'orphanPolicy'>>,
  ): Promise<void> {
    await this.#manager.update(AccountRowEntity, { id }, { ...change, updatedAt: new Date() });
  }

  /** Hides the account for good; its secrets are removed physically. */
  async softDelete(id: number): Promise<void> {
    const now = new Date();
    await this.#manager.delete(AccountCredentialEntity, { accountId: id });
    await this.#manager.update(AccountRowEntity, { id }, { deletedAt: now, isActive: false, updatedAt: now });
  }

  /** Removes an unverified account and, by the foreign key, its secrets. Verified accounts are left alone. */
  async purgeUnverified(id: number): Promise<void> {
    await this.#manager.delete(AccountRowEntity, { id, verifiedAt: IsNull() });
  }

  /** Removes what a process that died in the middle of a verification left. @returns how many. */
  async sweepUnverified(before: Date): Promise<number> {
    const done = await this.#manager.delete(AccountRowEntity, {
      verifiedAt: IsNull(),
      createdAt: LessThan(before),
    });
    return done.affected ?? 0;
  }

  /** Trading state of the platform. */
  async platformTradingState(): Promise<string> {
    const installation = await this.#manager.findOneBy(InstallationEntity, { id: 1 });
    return installation?.tradingState ?? 'ACTIVE';
  }
}
