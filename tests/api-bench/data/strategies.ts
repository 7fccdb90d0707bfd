import type { DataSource } from 'typeorm';
import { ACCOUNTS, CELLS, insert, MARKETS, type Sizes } from './rows.js';
import { storeMachines } from './machines.js';

/** Parameters of every strategy. */
export const PARAMS = { lower: '59000', upper: '61000', levels: CELLS + 1, quantity: { value: '0.001' } };

/** Strategies of one user, each with a stored machine, and their run. */
export async function storeStrategies(
  rows: DataSource,
  userId: number,
  { strategies, running }: Sizes,
): Promise<void> {
  const now = new Date();
  await insert(
    rows,
    'account',
    ['user_id', 'label', 'venue', 'environment', 'fingerprint', 'verified_at', 'created_at', 'updated_at'],
    ACCOUNTS,
    (i) => [userId, `Account ${i}`, 'binance', 'sim', String(i).padStart(64, '0'), now, now, now],
  );
  const params = JSON.stringify(PARAMS);
  const state = (i: number): string => (i < running ? 'running' : 'stopped');
  await insert(
    rows,
    'strategy',
    [
      'id',
      'user_id',
      'name',
      'kind',
      'params',
      'desired_state',
      'current_run_id',
      'created_at',
      'updated_at',
    ],
    strategies,
    (i) => [i + 1, userId, `Grid ${i}`, 'range-grid', params, state(i), i + 1, now, now],
  );
  await insert(
    rows,
    'strategy_leg',
    ['strategy_id', 'leg', 'name', 'account_id', 'market'],
    strategies,
    (i) => [i + 1, 0, 'main', (i % ACCOUNTS) + 1, MARKETS[i % MARKETS.length]],
  );
  await insert(
    rows,
    'run',
    ['id', 'strategy_id', 'state', 'fence', 'requested_at', 'started_at'],
    strategies,
    (i) => [i + 1, i + 1, state(i), 1, now, now],
  );
  await storeMachines(rows, strategies, PARAMS, now);
}
