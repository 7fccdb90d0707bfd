import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlatformEvent } from '../../schema/events.js';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.js';
import { connectDatabase, migrate } from '../database/data-source.js';
import { releaseExposureClaims, takeExposureClaims, type ExposureClaim } from './exposure-claims.js';
import { ForeignOrderRepository, type SeenOrder } from './foreign-orders.js';
import { appendToOutbox, relayOutbox } from './outbox.js';
import { readTradingState, setTradingState } from './trading-states.js';

let test: TestDatabase;
let database: DataSource;
let strategies: number[] = [];
let accountId = 0;

async function insert(sql: string, values: unknown[] = []): Promise<number> {
  const answer: { insertId: number } = await database.query(sql, values);
  return answer.insertId;
}

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 8);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  const user = await insert("INSERT INTO user (email, role, created_at) VALUES (UUID(), 'owner', NOW(3))");
  accountId = await insert(
    `INSERT INTO account (user_id, label, venue, environment, fingerprint, created_at, updated_at)
       VALUES (?, 'a', 'binance', 'sim', REPEAT('0', 64), NOW(3), NOW(3))`,
    [user],
  );
  strategies = [];
  for (let i = 0; i < 6; i += 1) {
    strategies.push(
      await insert(
        `INSERT INTO strategy (user_id, name, kind, params, created_at, updated_at)
           VALUES (?, 's', 'range-grid', '{}', NOW(3), NOW(3))`,
        [user],
      ),
    );
  }
});

const claim = (change: Partial<ExposureClaim> = {}): ExposureClaim => ({
  fingerprint: String(accountId).padStart(64, '0'),
  market: 'BTC/USDT',
  positionSide: 'net',
  mode: 'exclusive',
  ...change,
});
const take = (strategy: number | undefined, ...claims: ExposureClaim[]) =>
  database.transaction((manager) => takeExposureClaims(manager, strategy ?? 0, claims));

describe('exposure claims', () => {
  it('let an exclusive claim stand alone, shared ones together, and reduce-only beside any', async () => {
    const [a, b, c, d] = strategies;
    expect(await take(a, claim({ mode: 'shared' }))).toBeNull();
    expect(await take(b, claim({ mode: 'shared' }))).toBeNull();
    expect(await take(c, claim())).toMatchObject({ strategyId: a, mode: 'shared' });
    expect(await take(d, claim({ mode: 'reduce-only' }))).toBeNull();
    expect(await take(c, claim({ market: 'ETH/USDT' }))).toBeNull();
    await releaseExposureClaims(database.manager, a ?? 0);
    await releaseExposureClaims(database.manager, b ?? 0);
    expect(await take(c, claim())).toBeNull();
  });

  it('are all taken or none', async () => {
    const [a, b, c] = strategies;
    expect(await take(a, claim({ market: 'ETH/USDT' }))).toBeNull();
    expect(await take(b, claim(), claim({ market: 'ETH/USDT' }))).not.toBeNull();
    expect(await take(c, claim())).toBeNull();
  });

  it('taken at once by six strategies go to one of them', async () => {
    const results = await Promise.allSettled(strategies.map((id) => take(id, claim())));
    const holders: unknown[] = await database.query('SELECT 1 FROM exposure_claim WHERE fingerprint = ?', [
      claim().fingerprint,
    ]);
    const won = results.filter((result) => result.status === 'fulfilled' && result.value === null);
    expect(won).toHaveLength(1);
    expect(holders).toHaveLength(1);
  });
});

describe('foreign orders', () => {
  const seen = (id: string, change: Partial<SeenOrder> = {}): SeenOrder => ({
    exchangeOrderId: id,
    clientOrderId: `hand-${id}`,
    isOrphan: false,
    side: 'buy',
    price: '10',
    quantity: '1',
    filledQuantity: '0',
    ...change,
  });

  it('are listed while they are open, and the same look twice changes nothing', async () => {
    const repository = new ForeignOrderRepository(database.manager);
    const at = new Date(1_790_000_000_000);
    await repository.record(accountId, 'BTC/USDT', [seen('1'), seen('2')], at);
    const first = await repository.open(accountId);
    await repository.record(accountId, 'BTC/USDT', [seen('1'), seen('2')], at);
    expect(await repository.open(accountId)).toEqual(first);
    await repository.record(accountId, 'BTC/USDT', [seen('2', { filledQuantity: '0.5' })], at);
    expect(await repository.open(accountId)).toMatchObject([{ exchangeOrderId: '2', filledQuantity: '0.5' }]);
    await repository.record(accountId, 'BTC/USDT', [], at);
    expect(await repository.open(accountId)).toEqual([]);
  });
});

describe('a trading state', () => {
  it('is set with reason and author, and announced once through the outbox even when publishing fails first', async () => {
    const [id = 0] = strategies;
    const reason = { code: 'POSITION_MISMATCH', message: 'The account holds less than the strategy.' };
    await database.transaction((manager) =>
      setTradingState(manager, { of: 'strategy', id }, 'REDUCING', reason, 'reconciliation'),
    );
    expect(await readTradingState(database.manager, { of: 'strategy', id })).toMatchObject({
      state: 'REDUCING',
      reason,
      changedBy: 'reconciliation',
    });
    await expect(relayOutbox(database, () => Promise.reject(new Error('Redis is away')))).rejects.toThrow(
      'away',
    );
    const published: PlatformEvent[] = [];
    const publish = (events: PlatformEvent[]): Promise<void> => {
      published.push(...events);
      return Promise.resolve();
    };
    await relayOutbox(database, publish);
    expect(published).toEqual([{ type: 'strategy', strategyId: id, data: null }]);
    expect(await relayOutbox(database, publish)).toBe(0);
  });

  it('leaves no event behind when its transaction fails', async () => {
    await expect(
      database.transaction(async (manager) => {
        await appendToOutbox(manager, [{ type: 'strategy', strategyId: 1, data: null }]);
        throw new Error('later statement failed');
      }),
    ).rejects.toThrow('later');
    expect(await relayOutbox(database, () => Promise.resolve())).toBe(0);
  });
});
