import {
  AccountCredentialEntity,
  AccountRowEntity,
  connectDatabase,
  connectRedis,
  createLogger,
  CredentialCipher,
  credentialBinding,
  migrate,
} from '@gridfleet/shared/infra';
import { parseMarketSpec, startSimulator } from '@gridfleet/sim';
import { createTestDatabase } from './database.js';
import { claimRedisNumber } from './redis-number.js';
import { FleetBudget } from '../../worker/src/budget/fleet-budget.js';
import type { OrderReport, PlaceOutcome } from '../../worker/src/venue/venue.js';
import { Venues } from '../../worker/src/venue/venues.js';
import type { Subject } from './venue-subjects.js';

/** What a new account has, as the simulator's control interface takes it. */
const FUNDS = {
  balances: { USDT: '100000', BTC: '1' },
  makerRate: '0.001',
  takerRate: '0.001',
  futures: { wallet: '10000', makerRate: '0.0002', takerRate: '0.0005' },
};
const cipher = new CredentialCipher(Buffer.alloc(32, 7).toString('hex'));

/** A send guard that lets everything through. */
export const allow = (): void => undefined;

/** @throws when the exchange did not take the order */
export function accepted(outcome: PlaceOutcome): OrderReport {
  if (outcome.phase !== 'accepted') throw new Error(`${outcome.phase}: ${outcome.reason.message}`);
  return outcome.report;
}

/** A simulator with one market on spot and as a contract, and stores of its own: all that venues stand on. */
export interface VenueSystem {
  /** The same price on spot and on the contract. */
  setPrice(price: string): Promise<void>;
  /** Asks the simulator's control interface. @throws what it says is wrong */
  control(path: string, body: unknown): Promise<Record<string, unknown>>;
  newAccount(at: Pick<Subject, 'venue' | 'environment'>): Promise<{ id: number; apiKey: string }>;
  /** The venues of one more process. */
  makeVenues(unifiedOnly?: boolean): Venues;
  close(): Promise<void>;
}

/**
 * @param redisUrl the test run's server
 * @param depth of the markets' books, base
 */
export async function startVenueSystem(
  redisUrl: string,
  { depth = 1_000, funds = FUNDS }: { depth?: number; funds?: typeof FUNDS } = {},
): Promise<VenueSystem> {
  const simulator = await startSimulator({
    // Six venues in one minute from one address: what a fleet's budget refuses is another test's subject.
    limits: { weightPerMinute: 60_000 },
    futures: { weightPerMinute: 60_000 },
    markets: ['ADAUSDT', 'binanceusdm/ADAUSDT'].map((market) =>
      parseMarketSpec(`${market}=manual:0.5,depth=${depth}`),
    ),
  });
  const test = await createTestDatabase();
  await migrate(test.url);
  const database = await connectDatabase(test.url, 8);
  const number = await claimRedisNumber(redisUrl);
  const redis = connectRedis(number.url);
  const { insertId: userId }: { insertId: number } = await database.query(
    "INSERT INTO user (email, role, created_at) VALUES ('a@b', 'owner', UTC_TIMESTAMP(3))",
  );

  async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${simulator.url}/_sim/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  async function setPrice(price: string): Promise<void> {
    await control('price', { symbol: 'ADAUSDT', price });
    await control('futures/price', { symbol: 'ADAUSDT', price });
    await control('futures/mark', { symbol: 'ADAUSDT', price });
  }

  async function newAccount({
    venue,
    environment,
  }: Pick<Subject, 'venue' | 'environment'>): Promise<{ id: number; apiKey: string }> {
    const keys = await control('accounts', funds);
    const now = new Date();
    const { identifiers } = await database.getRepository(AccountRowEntity).insert({
      userId,
      label: 'contract',
      venue,
      environment,
      fingerprint: '0'.repeat(64),
      isActive: true,
      tradingState: 'ACTIVE',
      verifiedAt: now,
      createdAt: now,
      updatedAt: now,
    });
    const id = Number(identifiers[0]?.['id']);
    const apiKey = String(keys['apiKey']);
    const secrets = { apiKey, secret: String(keys['apiSecret']) };
    for (const [name, value] of Object.entries(secrets)) {
      const sealed = cipher.seal(value, credentialBinding(id, name));
      await database.getRepository(AccountCredentialEntity).insert({ accountId: id, name, ...sealed });
    }
    return { id, apiKey };
  }

  function makeVenues(unifiedOnly = false): Venues {
    const log = createLogger('test', 'silent');
    const budget = new FleetBudget(redis, log);
    return new Venues({
      database,
      cipher,
      simUrl: simulator.url,
      budget,
      egress: '127.0.0.1',
      log,
      unifiedOnly,
    });
  }

  return {
    control,
    setPrice,
    newAccount,
    makeVenues,
    close: async () => {
      await database.destroy();
      redis.disconnect();
      await number.release();
      await test.drop();
      await simulator.close();
    },
  };
}
