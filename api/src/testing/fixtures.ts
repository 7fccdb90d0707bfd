import { expect } from 'vitest';
import type { Account, Strategy } from '@gridfleet/shared/schema';
import { GOOD_SECRET } from './fake-node.js';
import type { Caller } from './test-api.js';

export const accountBody = (label = 'Main') => ({
  label,
  venue: 'binance',
  environment: 'sim',
  credentials: { apiKey: 'the-api-key', secret: GOOD_SECRET },
});

export const gridParams = (overrides: Record<string, unknown> = {}) => ({
  lower: '59000',
  upper: '61000',
  levels: 5,
  quantity: { value: '0.01' },
  ...overrides,
});

export const strategyBody = (accountId: number, params: Record<string, unknown> = gridParams()) => ({
  name: 'Grid',
  kind: 'range-grid',
  params,
  legs: [{ accountId, market: 'BTC/USDT' }],
});

export async function createAccount(call: Caller, label?: string): Promise<Account> {
  const answer = await call('POST', '/api/accounts', accountBody(label));
  expect(answer.status, answer.text).toBe(201);
  return answer.body as Account;
}

/** @param change what differs from the usual one */
export async function createStrategy(
  call: Caller,
  accountId: number,
  { market = 'BTC/USDT', ...change }: { name?: string; market?: string } = {},
): Promise<Strategy> {
  const body = { ...strategyBody(accountId), legs: [{ accountId, market }], ...change };
  const answer = await call('POST', '/api/strategies', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body as Strategy;
}
