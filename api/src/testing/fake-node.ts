import { Worker, type Job } from 'bullmq';
import type { DataSource } from 'typeorm';
import {
  AccountCredentialEntity,
  connectRedis,
  credentialBinding,
  CredentialCipher,
  queues,
  redisKeys,
  workerToHash,
  type Redis,
} from '@gridfleet/shared/infra';
import type { LegQuote, MarketRules, VenueQueryFailure } from '@gridfleet/shared/schema';

export const BTC: MarketRules = {
  symbol: 'BTC/USDT',
  type: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};
export const ETH: MarketRules = { ...BTC, symbol: 'ETH/USDT', base: 'ETH' };

/** Secrets the fake venue accepts begin like this. */
export const GOOD_SECRET = 'good-secret';

/** Secrets of keys that may withdraw end like this. */
export const MAY_WITHDRAW = '-may-withdraw';

/** What a key may do that may do too much; of others the fake venue does not say. */
const PERMISSIONS = {
  canRead: true,
  canTrade: true,
  canWithdraw: true,
  canTradeContracts: false,
  isAddressBound: false,
};

const TIME = '2026-01-31T12:00:00.000Z';

export interface FakeNode {
  /** Names and data of every query, in order. */
  asked: { name: string; data: Record<string, unknown> }[];
  funds: { base: string; quote: string };
  /** Set to make every answer this failure. */
  failure: VenueQueryFailure | null;
  /** Awaited before each answer. */
  gate: Promise<void>;
  stop: () => Promise<void>;
}

interface FakeNodeOptions {
  redisUrl: string;
  redis: Redis;
  dataSource: DataSource;
  encryptionKey: string;
  name?: string;
}

/** A stand-in for a worker node: registered as alive, answers venue queries on the real queue. */
export async function startFakeNode(options: FakeNodeOptions): Promise<FakeNode> {
  const { redisUrl, redis, dataSource, encryptionKey, name = 'node-1' } = options;
  const cipher = new CredentialCipher(encryptionKey);
  const connection = connectRedis(redisUrl, { commandTimeoutMs: null });
  connection.on('error', () => undefined);

  const secretOf = async (accountId: number): Promise<string> => {
    const rows = await dataSource.manager.findBy(AccountCredentialEntity, { accountId });
    const secrets = new Map(
      rows.map((row) => [row.name, cipher.open(row, credentialBinding(accountId, row.name))]),
    );
    return secrets.get('secret') ?? '';
  };
  const verify = async (accountId: number): Promise<unknown> => {
    const secret = await secretOf(accountId);
    if (secret.startsWith(GOOD_SECRET)) return { ok: true };
    const message = 'The exchange refused the signature.';
    return { ok: false, code: 'CREDENTIALS_REFUSED', message, field: 'secret' } satisfies VenueQueryFailure;
  };
  const legContext = (market: string): unknown => {
    const rules = [BTC, ETH].find((one) => one.symbol === market);
    if (rules === undefined) {
      const message = `The venue lists no market ${market}.`;
      return { ok: false, code: 'MARKET_UNKNOWN', message } satisfies VenueQueryFailure;
    }
    const quote: LegQuote = {
      market: rules,
      bid: '60000',
      ask: '60000.01',
      last: '60000',
      makerRate: '0.0001',
      takerRate: '0.001',
      baseFree: node.funds.base,
      quoteFree: node.funds.quote,
      time: TIME,
    };
    return { ok: true, ...quote };
  };
  const answer = async ({ name: query, data }: Job<Record<string, unknown>>): Promise<unknown> => {
    node.asked.push({ name: query, data });
    await node.gate;
    if (node.failure !== null) return node.failure;
    switch (query) {
      case 'verify-credentials':
        return verify(Number(data['accountId']));
      case 'balances':
        return { ok: true, items: [{ asset: 'USDT', free: '90', locked: '10', total: '100' }] };
      case 'markets':
        return { ok: true, items: [BTC, ETH] };
      case 'key-permissions':
        return {
          ok: true,
          permissions: (await secretOf(Number(data['accountId']))).endsWith(MAY_WITHDRAW)
            ? PERMISSIONS
            : null,
        };
      case 'cancel-orphan':
        return { ok: true, outcome: 'gone' };
      case 'leg-context':
        return legContext(String(data['market']));
      default: {
        const price = { open: '1', high: '2', low: '0.5', close: '1.5', volume: '10' };
        return { ok: true, items: [{ time: TIME, ...price }] };
      }
    }
  };

  const worker = new Worker(queues.venueQueries, answer, { connection, concurrency: 20 });
  const node: FakeNode = {
    asked: [],
    funds: { base: '1', quote: '100000' },
    failure: null,
    gate: Promise.resolve(),
    stop: async () => {
      // First, and whatever becomes of Redis: one left behind would answer another test's questions.
      await worker.close(true);
      connection.disconnect();
      await redis.srem(redisKeys.workers, name);
      await redis.del(redisKeys.workerInfo(name));
    },
  };
  worker.on('error', () => undefined);
  await worker.waitUntilReady();
  await redis.sadd(redisKeys.workers, name);
  await redis.hset(
    redisKeys.workerInfo(name),
    workerToHash({
      name,
      instanceId: 'i-1',
      hostname: 'host',
      ip: '127.0.0.1',
      version: '0.1.0',
      capacity: 10,
      roles: 'live',
      running: 1,
      egressIp: '127.0.0.1',
      labels: null,
      state: 'ready',
      eventLoopUtilisation: 0.25,
      eventLoopLagMs: 1.5,
      rssBytes: 1_000_000,
      startedAt: TIME,
      heartbeatAt: TIME,
    }),
  );
  return node;
}
