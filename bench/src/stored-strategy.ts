import { randomBytes } from 'node:crypto';
import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { RunFrame } from '@gridfleet/worker';

type Database = Awaited<ReturnType<typeof connectDatabase>>;

export interface BenchDatabase {
  database: Database;
  drop(): Promise<void>;
}

/** A database of its own on the given server, brought up to date. */
export async function createBenchDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `gridfleet_bench_${randomBytes(6).toString('hex')}`;
  const server = await connectDatabase(serverUrl, 1);
  await server.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  const database = await connectDatabase(url.href, 5, undefined, true);
  return {
    database,
    drop: async () => {
      await database.destroy();
      await server.query(`DROP DATABASE ${name}`);
      await server.destroy();
    },
  };
}

/**
 * Rows of a running strategy with plenty of funds, on an account of its own.
 * @param id of strategy, run and account
 * @returns what a step needs to know of it
 */
export async function storeStrategy(
  database: Database,
  id = 1,
): Promise<Pick<RunFrame, 'strategyId' | 'runId' | 'fence' | 'accountIds'>> {
  await database.query(
    "INSERT IGNORE INTO user (id, email, role, created_at) VALUES (1, 'bench@localhost', 'owner', NOW(3))",
  );
  await database.query(
    `INSERT INTO account (id, user_id, label, venue, environment, fingerprint, created_at, updated_at)
       VALUES (?, 1, 'bench', 'binance', 'sim', LPAD(?, 64, '0'), NOW(3), NOW(3))`,
    [id, id],
  );
  await database.query(
    `INSERT INTO strategy (id, user_id, name, kind, params, desired_state, fence, created_at, updated_at)
       VALUES (?, 1, 'bench', 'bench', '{}', 'running', 1, NOW(3), NOW(3))`,
    [id],
  );
  await database.query("INSERT INTO strategy_leg VALUES (?, 0, 'main', ?, 'BTC/USDT')", [id, id]);
  await database.query(
    "INSERT INTO run (id, strategy_id, state, fence, requested_at) VALUES (?, ?, 'running', 1, NOW(3))",
    [id, id],
  );
  await database.query(
    "INSERT INTO reservation (account_id, resource, total, read_at) VALUES (?, 'USDT', 1000000000, NOW(3))",
    [id],
  );
  return { strategyId: id, runId: id, fence: 1, accountIds: [id] };
}
