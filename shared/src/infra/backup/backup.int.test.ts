import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.js';
import { connectDatabase, migrate } from '../database/data-source.js';
import { backup } from './backup.js';
import { connectForBackup, tablesOf } from './connection.js';
import { restore } from './restore.js';

let database: TestDatabase;
let dir: string;

/** Every row of every table, as text. */
async function contents(url: string): Promise<Map<string, unknown[]>> {
  const connection = await connectForBackup(url);
  try {
    const all = new Map<string, unknown[]>();
    for (const table of await tablesOf(connection))
      all.set(table, await connection.query<unknown[]>(`SELECT * FROM \`${table}\``));
    return all;
  } finally {
    await connection.end();
  }
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gridfleet-backup-'));
  database = await createTestDatabase();
  await migrate(database.url);
  const source = await connectDatabase(database.url, 2);
  const now = 'UTC_TIMESTAMP(3)';
  await source.query(
    `INSERT INTO user (id, email, role, created_at) VALUES (1, 'zoë@例え.example', 'owner', ${now}), (2, 'b', 'trader', ${now})`,
  );
  await source.query(
    `INSERT INTO account (id, user_id, label, venue, environment, fingerprint, created_at, updated_at)
       VALUES (4, 1, 'it''s "main"\\n\\\\', 'binance', 'sim', REPEAT('0', 64), ${now}, ${now})`,
  );
  await source.query(
    `INSERT INTO strategy (id, user_id, name, kind, params, fence, created_at, updated_at)
       VALUES (7, 1, 'grid 网格', 'range-grid', '{"a":"\\\\u0000"}', 12, ${now}, ${now})`,
  );
  await source.query(
    `INSERT INTO cycle (strategy_id, run_id, leg, market, position_side, slot, generation, part, buy_price, sell_price,
       quantity, gross, fees, net, completed_at) VALUES (7, 1, 0, 'BTC/USDT', 'net', -3, 1, 0,
       '123456789012345678.123456789012345678', 1, '0.000000000000000001', 1, 1, -1, '2026-03-29 01:59:59.999')`,
  );
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  await source.query(
    `INSERT INTO candle_file (id, user_id, name, candles, first_time, last_time, bytes, created_at)
       VALUES (3, 1, 'c', 1, ${now}, ${now}, 256, ${now})`,
  );
  await source.query('INSERT INTO candle_file_chunk (file_id, part, data) VALUES (3, 0, ?)', [bytes]);
  for (let index = 0; index < 1_200; index += 1) {
    await source.query('INSERT INTO outbox (event, created_at) VALUES (?, UTC_TIMESTAMP(3))', [
      `event ${index}`,
    ]);
  }
  await source.destroy();
});

afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await database.drop();
});

describe('a restored backup', () => {
  it('is the same to the last digit and byte, in a new epoch, HALTED until somebody confirms', async () => {
    const path = join(dir, 'whole.backup');
    const before = await contents(database.url);
    const summary = await backup(database.url, path, '1.2.3');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(summary.rows).toBe([...before.values()].reduce((sum, rows) => sum + rows.length, 0));

    const source = await connectDatabase(database.url, 1);
    await source.query('DELETE FROM outbox');
    await source.query("UPDATE strategy SET name = 'changed since', fence = 500");
    await source.destroy();
    await expect(restore(database.url, path, { replace: false })).rejects.toThrow(/--replace/);
    const { salt, rows } = await restore(database.url, path, { replace: true });
    expect(rows).toBe(summary.rows);

    const after = await contents(database.url);
    const [was] = before.get('installation') as Record<string, unknown>[];
    const [is] = after.get('installation') as Record<string, unknown>[];
    expect(is).toMatchObject({ trading_state: 'HALTED', trading_reason_code: 'RESTORED', epoch_salt: salt });
    expect(salt).not.toBe(was?.['epoch_salt']);
    expect(is?.['former_salts']).toBe(was?.['epoch_salt']);
    // Higher than any claim the lost time can have made.
    expect(after.get('strategy')).toMatchObject([{ name: 'grid 网格', fence: '1000000012' }]);
    // People are told that trading is halted; beside that nothing was added.
    const told = after.get('outbox')?.at(-1) as { event: string };
    expect(JSON.parse(told.event)).toMatchObject({ what: 'trading-state', state: 'HALTED', by: 'restore' });
    after.set('outbox', after.get('outbox')?.slice(0, -1) ?? []);
    const rest = (all: Map<string, unknown[]>): [string, unknown[]][] =>
      [...all].filter(([table]) => table !== 'installation' && table !== 'strategy');
    expect(rest(after)).toEqual(rest(before));
  });

  it('keeps the salts of all lives before, and never has one twice', async () => {
    const path = join(dir, 'again.backup');
    await backup(database.url, path, '1.2.3');
    await restore(database.url, path, { replace: true });
    const [row] = (await contents(database.url)).get('installation') as Record<string, string>[];
    const salts = [row?.['epoch_salt'], ...(row?.['former_salts'] ?? '').split(',')];
    expect(salts).toHaveLength(3);
    expect(new Set(salts).size).toBe(3);
  });

  it('comes back into an emptied database, also from an older schema, which is then migrated', async () => {
    const path = join(dir, 'older.backup');
    const source = await connectDatabase(database.url, 1);
    const newest = source.migrations.at(-1)?.name;
    await source.undoLastMigration();
    await source.destroy();
    await backup(database.url, path, '0.9.0');
    const outbox = (await contents(database.url)).get('outbox')?.length ?? 0;
    const empty = await createTestDatabase();
    try {
      const { migrated } = await restore(empty.url, path, { replace: false });
      expect(migrated).toEqual([newest]);
      expect(outbox).toBeGreaterThanOrEqual(1_200);
      // And the notice that a backup was restored.
      expect((await contents(empty.url)).get('outbox')).toHaveLength(outbox + 1);
    } finally {
      await empty.drop();
      await migrate(database.url);
    }
  });
});

describe('a backup that cannot be trusted', () => {
  const refused = async (path: string): Promise<void> => {
    const before = await contents(database.url);
    await expect(restore(database.url, path, { replace: true })).rejects.toMatchObject({
      name: 'BackupError',
    });
    expect(await contents(database.url)).toEqual(before);
  };
  const changed = async (name: string, change: (text: string) => string): Promise<string> => {
    const path = join(dir, name);
    await backup(database.url, path, '1.2.3');
    writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(path)).toString())));
    return path;
  };

  it('because its end is missing, changes nothing', async () => {
    const path = join(dir, 'cut.backup');
    await backup(database.url, path, '1.2.3');
    writeFileSync(path, readFileSync(path).subarray(0, -200));
    await refused(path);
  });

  it('because somebody has changed it, changes nothing', async () => {
    await refused(await changed('changed.backup', (text) => text.replace('event 77', 'event 78')));
  });

  it('because a line is gone, changes nothing', async () => {
    await refused(await changed('shorter.backup', (text) => text.replace(/^.*event 5".*\n/m, '')));
  });

  it('because it is no backup at all, changes nothing', async () => {
    const path = join(dir, 'other.txt');
    writeFileSync(path, 'hello');
    await refused(path);
  });

  it('is never written over another file', async () => {
    const path = join(dir, 'mine.txt');
    writeFileSync(path, 'mine');
    await expect(backup(database.url, path, '1')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});
