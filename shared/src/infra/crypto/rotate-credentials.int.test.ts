import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.js';
import { connectDatabase, migrate } from '../database/data-source.js';
import { AccountCredentialEntity } from '../database/entities/account.js';
import { credentialBinding, CredentialCipher } from './credential-cipher.js';
import { rotateCredentials } from './rotate-credentials.js';

const OLD = randomBytes(32).toString('hex');
const NEW = randomBytes(32).toString('hex');
const ACCOUNTS = 40;

let test: TestDatabase;
let database: DataSource;
let ids: number[];

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 10);
  await database.query("INSERT INTO user (email, role, created_at) VALUES ('a@b.c', 'owner', NOW(3))");
  ids = [];
  const cipher = new CredentialCipher(OLD);
  for (let i = 0; i < ACCOUNTS; i += 1) {
    const { insertId } = await database.query<{ insertId: number }>(
      `INSERT INTO account (user_id, label, venue, environment, fingerprint, created_at, updated_at)
         VALUES (1, 'a', 'binance', 'sim', REPEAT('0', 64), NOW(3), NOW(3))`,
    );
    ids.push(insertId);
    for (const name of ['apiKey', 'secret']) {
      const sealed = cipher.seal(`${name} of ${insertId}`, credentialBinding(insertId, name));
      await database.manager.insert(AccountCredentialEntity, { accountId: insertId, name, ...sealed });
    }
  }
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

describe('rotating the encryption key', () => {
  it('never leaves a credential that a node cannot open, while nodes read all the time', async () => {
    const node = new CredentialCipher(NEW, [OLD]);
    let isOver = false;
    let reads = 0;
    const failures: unknown[] = [];
    const read = async (): Promise<void> => {
      while (!isOver) {
        const accountId = ids[reads % ids.length] ?? 0;
        const rows = await database.manager.findBy(AccountCredentialEntity, { accountId });
        reads += 1;
        for (const row of rows) {
          try {
            expect(node.open(row, credentialBinding(accountId, row.name))).toBe(
              `${row.name} of ${accountId}`,
            );
          } catch (error) {
            failures.push(error);
          }
        }
      }
    };
    const readers = [read(), read(), read()];
    const result = await rotateCredentials(database, node);
    isOver = true;
    await Promise.all(readers);
    expect(result).toEqual({ rotated: ACCOUNTS * 2, current: 0, unreadable: [] });
    expect(failures).toEqual([]);
    expect(reads).toBeGreaterThan(ACCOUNTS);
  });

  it('is complete: the new key alone opens everything, the old one nothing; repeating it changes nothing', async () => {
    const alone = new CredentialCipher(NEW);
    const rows = await database.manager.find(AccountCredentialEntity);
    for (const row of rows) {
      const binding = credentialBinding(row.accountId, row.name);
      expect(alone.open(row, binding)).toBe(`${row.name} of ${row.accountId}`);
      expect(() => new CredentialCipher(OLD).open(row, binding)).toThrow(/sealed with key/);
    }
    expect(await rotateCredentials(database, alone)).toMatchObject({ rotated: 0, current: ACCOUNTS * 2 });
  });

  it('leaves what it cannot open as it is, and names it', async () => {
    const third = new CredentialCipher(randomBytes(32).toString('hex'));
    const { rotated, unreadable } = await rotateCredentials(database, third);
    expect([rotated, unreadable.length]).toEqual([0, ACCOUNTS * 2]);
    expect(unreadable[0]).toBe(`account ${ids[0] ?? 0} apiKey`);
  });
});
