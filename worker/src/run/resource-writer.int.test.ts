import { Decimal } from '@gridfleet/shared/domain';
import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { storeAccount, storeHolding } from '../testing/stored-grid.js';
import { Batch, sendBatch } from './batch.js';
import { addResources } from './resource-writer.js';

let test: TestDatabase;
let database: DataSource;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 2, undefined, true);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

it('adds amounts to reservations exactly, to the last of 18 decimals', async () => {
  const accountId = await storeAccount(database);
  await storeHolding(database, accountId, 'USDT', '1000');
  const amounts = ['99.1', '0.1', '0.2', '0.000000000000000001', '123.456789012345678901'];
  const runner = database.createQueryRunner();
  for (const amount of amounts) {
    const batch = new Batch();
    const reserved = new Decimal(amount);
    // Later than the balances were read: it is not in the total yet.
    const holdings = [{ amount: reserved, time: Date.now() + 60_000 }];
    addResources(batch, [{ accountId, resource: 'USDT', reserved, holdings, isUnjudged: false }]);
    await sendBatch(runner, batch);
  }
  await runner.release();
  const [row] = await database.query<{ total: string; reserved: string }[]>(
    "SELECT total, reserved FROM reservation WHERE account_id = ? AND resource = 'USDT'",
    [accountId],
  );
  expect(row).toEqual({ total: '1222.856789012345678902', reserved: '222.856789012345678902' });
});
