import type { ApiClient } from './api-client.js';
import { demoGridParams } from './demo-grid.js';
import type { Secrets } from './secrets.js';

export const DEMO_ACCOUNT = 'Demo (simulator)';
export const DEMO_STRATEGY = 'Demo grid BTC/USDT';
const MARKET = 'BTC/USDT';

type Row = Record<string, unknown>;

/** The first item of a list answer whose field has this value. */
async function findRow(api: ApiClient, path: string, field: string, value: string): Promise<Row | undefined> {
  const { items } = Object(await api.get(path)) as Row;
  if (!Array.isArray(items)) throw new Error(`GET ${path} did not answer a list`);
  return items.map((item) => Object(item) as Row).find((row) => row[field] === value);
}

/** An id as the API gave it; requests want it back in the same type. */
type Id = string | number;

function idOf(row: unknown): Id {
  const { id } = Object(row) as Row;
  if (typeof id !== 'string' && typeof id !== 'number') throw new Error('the API answered without an id');
  return id;
}

async function demoAccountId(api: ApiClient, { demoApiKey, demoApiSecret }: Secrets): Promise<Id> {
  const existing = await findRow(api, '/api/accounts', 'label', DEMO_ACCOUNT);
  if (existing !== undefined) return idOf(existing);
  const created = await api.post('/api/accounts', {
    label: DEMO_ACCOUNT,
    venue: 'binance',
    environment: 'sim',
    credentials: { apiKey: demoApiKey, secret: demoApiSecret },
  });
  return idOf(created);
}

async function demoStrategy(api: ApiClient, accountId: Id): Promise<Row> {
  const existing = await findRow(api, '/api/strategies', 'name', DEMO_STRATEGY);
  if (existing !== undefined) return existing;
  const quote = await api.get(`/api/accounts/${accountId}/quote?market=${encodeURIComponent(MARKET)}`);
  const { ask } = Object(quote) as Row;
  if (typeof ask !== 'string') throw new Error('the API answered a quote without an ask price');
  const created = await api.post('/api/strategies', {
    name: DEMO_STRATEGY,
    kind: 'range-grid',
    params: demoGridParams(ask),
    legs: [{ accountId, market: MARKET }],
  });
  return Object(created) as Row;
}

/**
 * Creates the demo account and a running grid through the REST API. Looks before it creates, so that a start that was
 * interrupted half-way is completed and not repeated.
 */
export async function ensureDemo(api: ApiClient, secrets: Secrets): Promise<void> {
  const accountId = await demoAccountId(api, secrets);
  const strategy = await demoStrategy(api, accountId);
  if (strategy['desiredState'] === 'running') return;
  await api.post(`/api/strategies/${idOf(strategy)}/start`, {});
}
