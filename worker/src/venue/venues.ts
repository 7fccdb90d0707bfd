import type { DataSource } from 'typeorm';
import { venueRefusal, type Environment } from '@gridfleet/shared/schema';
import {
  AccountCredentialEntity,
  AccountRowEntity,
  credentialBinding,
  PaperRepository,
  type AccountRow,
  type CredentialCipher,
  type Logger,
  type PaperStart,
} from '@gridfleet/shared/infra';
import type { FleetBudget } from '../budget/fleet-budget.js';
import { VenueGate } from '../budget/venue-gate.js';
import { BinanceAccount } from './ccxt/binance-account.js';
import { createBinance, type HookedBinance } from './ccxt/binance-client.js';
import { LINEAR } from './ccxt/binance-linear.js';
import { BinanceMarkets } from './ccxt/binance-markets.js';
import type { BinanceProduct } from './ccxt/binance-product.js';
import { SPOT } from './ccxt/binance-spot.js';
import { loadBinance, type LoadedBinance } from './ccxt/load-ccxt.js';
import { ClockWatch } from './clock-watch.js';
import { PaperAccount } from './paper/paper-account.js';
import { PaperLocks } from './paper/paper-lock.js';
import type { VenueAccount, VenueMarkets } from './venue.js';
import { VenueError } from './venue-error.js';

export interface OpenAccount {
  row: AccountRow;
  account: VenueAccount;
}

export interface VenuesDeps {
  database: DataSource;
  cipher: CredentialCipher;
  /** Simulator's origin; null when this node has none. */
  simUrl: string | null;
  budget: FleetBudget;
  /** Address requests leave from, as exchanges see it. */
  egress: string;
  log: Logger;
}

/** Binance's rates for everybody, and play money. */
const PAPER_START: PaperStart = {
  makerRate: '0.001',
  takerRate: '0.001',
  balances: { USDT: '100000', BTC: '1' },
};

const PRODUCTS: ReadonlyMap<string, BinanceProduct> = new Map([SPOT, LINEAR].map((each) => [each.id, each]));

/** What the accounts of one (venue, environment) share. */
interface Shared {
  markets: BinanceMarkets;
  gate: VenueGate;
  clock: ClockWatch;
  product: BinanceProduct;
  loaded: LoadedBinance;
}

/** All venues of this process: markets, clock and limits per (venue, environment), a client per account. */
export class Venues {
  readonly #deps: VenuesDeps;
  readonly #paper: PaperRepository;
  readonly #paperLocks: PaperLocks;
  readonly #shared = new Map<string, Shared>();
  readonly #loaded = new Map<string, Promise<LoadedBinance>>();

  constructor(deps: VenuesDeps) {
    this.#deps = deps;
    this.#paper = new PaperRepository(deps.database);
    this.#paperLocks = new PaperLocks(deps.database);
  }

  /** @throws VenueError when the venue is unknown, or `sim` is asked for and no simulator is configured. */
  async markets(venue: string, environment: Environment): Promise<VenueMarkets> {
    return (await this.#sharedOf(venue, environment)).markets;
  }

  /**
   * Asks for the share of requests that periodic looks may use.
   * @returns ms until a look at one market of an account may begin, 0 for now
   */
  async look(venue: string, environment: Environment): Promise<number> {
    // Play money is looked at without asking anybody.
    if (environment === 'paper') return 0;
    const { gate, product } = await this.#sharedOf(venue, environment);
    return gate.look(product.lookWeight);
  }

  /** Opens a client for an account, unverified ones too. The caller closes it. */
  async open(accountId: number): Promise<OpenAccount> {
    const { database, cipher, simUrl } = this.#deps;
    const row = await database.getRepository(AccountRowEntity).findOneBy({ id: accountId });
    if (row === null) throw new VenueError('auth', 'ACCOUNT_UNKNOWN', `account ${accountId} does not exist`);
    const { markets, gate, clock, product, loaded } = await this.#sharedOf(row.venue, row.environment);
    if (row.environment === 'paper') {
      await this.#paper.open(accountId, PAPER_START);
      return { row, account: new PaperAccount(accountId, this.#paper, markets, this.#paperLocks) };
    }
    const sealed = await database.getRepository(AccountCredentialEntity).findBy({ accountId });
    const secrets = new Map(
      sealed.map((entry) => [entry.name, cipher.open(entry, credentialBinding(accountId, entry.name))]),
    );
    const apiKey = secrets.get('apiKey');
    const secret = secrets.get('secret');
    if (apiKey === undefined || secret === undefined) {
      throw new VenueError('auth', 'CREDENTIAL_MISSING', `account ${accountId} has no key or no secret`);
    }
    const fresh = (): HookedBinance =>
      createBinance(loaded.Binance, {
        loads: product.loads,
        environment: row.environment,
        simUrl,
        credentials: { apiKey, secret },
        gate,
        clock,
        account: row.fingerprint,
        onTrouble: (error) => this.#trouble(error),
      });
    const source = await markets.source();
    const shared = (): HookedBinance => {
      const client = fresh();
      client.setMarketsFromExchange(source);
      return client;
    };
    return { row, account: new BinanceAccount(shared(), loaded.errors, clock, shared, {}, product) };
  }

  async close(): Promise<void> {
    await this.#paperLocks.close().catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'releasing the paper accounts failed');
    });
    for (const [name, { markets }] of this.#shared) {
      await markets.close().catch((error: unknown) => {
        this.#deps.log.warn({ venue: name, err: error }, 'closing a venue failed');
      });
    }
  }

  async #sharedOf(venue: string, wanted: Environment): Promise<Shared> {
    const { simUrl, budget, egress, log } = this.#deps;
    // Paper trades on the prices of this installation's simulator, else on the real ones.
    const paperPrices = simUrl === null ? 'live' : 'sim';
    const environment = wanted === 'paper' ? paperPrices : wanted;
    const refusal = venueRefusal(venue);
    if (refusal !== null) throw new VenueError('refused', refusal.code, refusal.message);
    if (environment === 'sim' && simUrl === null) {
      throw new VenueError('refused', 'VENUE_UNSUPPORTED', 'this node has no simulator (SIM_URL is not set)');
    }
    const name = `${venue}:${environment}`;
    const known = this.#shared.get(name);
    if (known !== undefined) return known;
    const product = PRODUCTS.get(venue);
    if (product === undefined) throw new RangeError(`no adapter knows the venue ${venue}`);
    const loaded = await this.#load(product);
    const raced = this.#shared.get(name);
    if (raced !== undefined) return raced;
    const clock = new ClockWatch({ ask: () => serverTime(client, product), log });
    const gate = new VenueGate(budget, name, egress, product.limits, () => clock.now());
    const onTrouble = (error: unknown): void => this.#trouble(error);
    const fresh = (): HookedBinance =>
      createBinance(loaded.Binance, {
        loads: product.loads,
        environment,
        simUrl,
        credentials: null,
        gate,
        clock,
        onTrouble,
      });
    const client = fresh();
    const markets = new BinanceMarkets(client, loaded.errors, clock, fresh, {}, product);
    const shared = { markets, gate, clock, product, loaded };
    this.#shared.set(name, shared);
    return shared;
  }

  #trouble(error: unknown): void {
    this.#deps.log.warn({ err: error }, 'the limits of a venue could not be recorded');
  }

  #load({ id }: BinanceProduct): Promise<LoadedBinance> {
    let loading = this.#loaded.get(id);
    if (loading === undefined) {
      loading = loadBinance(id);
      this.#loaded.set(id, loading);
    }
    return loading;
  }
}

async function serverTime(client: HookedBinance, product: BinanceProduct): Promise<number> {
  const time = Number(((await product.serverTime(client)) as { serverTime?: unknown }).serverTime);
  if (Number.isFinite(time)) return time;
  throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'the exchange did not tell its time');
}
