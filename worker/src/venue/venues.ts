import type { DataSource } from 'typeorm';
import type { Environment } from '@gridfleet/shared/schema';
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
import { BinanceAccount } from './ccxt/binance-account.js';
import { createBinance } from './ccxt/binance-client.js';
import { BinanceMarkets } from './ccxt/binance-markets.js';
import { loadBinance } from './ccxt/load-ccxt.js';
import { PaperAccount } from './paper/paper-account.js';
import { PaperLocks } from './paper/paper-lock.js';
import type { VenueAccount, VenueMarkets } from './venue.js';
import { VenueError } from './venue-error.js';

export interface OpenAccount {
  row: AccountRow;
  account: VenueAccount;
}

/** Binance's rates for everybody, and play money. */
const PAPER_START: PaperStart = {
  makerRate: '0.001',
  takerRate: '0.001',
  balances: { USDT: '100000', BTC: '1' },
};

/** All venues of this process: one set of markets per (venue, environment), a client per account. */
export class Venues {
  readonly #database: DataSource;
  readonly #cipher: CredentialCipher;
  readonly #simUrl: string | null;
  readonly #log: Logger;
  readonly #paper: PaperRepository;
  readonly #paperLocks: PaperLocks;
  readonly #markets = new Map<string, BinanceMarkets>();
  #binance: ReturnType<typeof loadBinance> | null = null;

  constructor(database: DataSource, cipher: CredentialCipher, simUrl: string | null, log: Logger) {
    this.#database = database;
    this.#cipher = cipher;
    this.#simUrl = simUrl;
    this.#log = log;
    this.#paper = new PaperRepository(database);
    this.#paperLocks = new PaperLocks(database);
  }

  /** @throws VenueError when the venue is unknown, or `sim` is asked for and no simulator is configured. */
  async markets(venue: string, environment: Environment): Promise<VenueMarkets> {
    return this.#marketsOf(venue, environment);
  }

  /** Opens a client for an account, unverified ones too. The caller closes it. */
  async open(accountId: number): Promise<OpenAccount> {
    const row = await this.#database.getRepository(AccountRowEntity).findOneBy({ id: accountId });
    if (row === null) throw new VenueError('auth', 'ACCOUNT_UNKNOWN', `account ${accountId} does not exist`);
    const markets = await this.#marketsOf(row.venue, row.environment);
    if (row.environment === 'paper') {
      await this.#paper.open(accountId, PAPER_START);
      return { row, account: new PaperAccount(accountId, this.#paper, markets, this.#paperLocks) };
    }
    const sealed = await this.#database.getRepository(AccountCredentialEntity).findBy({ accountId });
    const secrets = new Map(
      sealed.map((entry) => [entry.name, this.#cipher.open(entry, credentialBinding(accountId, entry.name))]),
    );
    const apiKey = secrets.get('apiKey');
    const secret = secrets.get('secret');
    if (apiKey === undefined || secret === undefined) {
      throw new VenueError('auth', 'CREDENTIAL_MISSING', `account ${accountId} has no key or no secret`);
    }
    const { Binance, errors } = await this.#loaded();
    const client = createBinance(Binance, {
      environment: row.environment,
      simUrl: this.#simUrl,
      credentials: { apiKey, secret },
    });
    client.setMarketsFromExchange(await markets.source());
    return { row, account: new BinanceAccount(client, errors) };
  }

  async close(): Promise<void> {
    await this.#paperLocks.close().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'releasing the paper accounts failed');
    });
    for (const [name, markets] of this.#markets) {
      await markets.close().catch((error: unknown) => {
        this.#log.warn({ venue: name, err: error }, 'closing a venue failed');
      });
    }
  }

  async #marketsOf(venue: string, wanted: Environment): Promise<BinanceMarkets> {
    // Paper trades on the prices of this installation's simulator, else on the real ones.
    const paperPrices = this.#simUrl === null ? 'live' : 'sim';
    const environment = wanted === 'paper' ? paperPrices : wanted;
    if (venue !== 'binance')
      throw new VenueError('refused', 'VENUE_UNSUPPORTED', `venue "${venue}" is not supported`);
    if (environment === 'sim' && this.#simUrl === null) {
      throw new VenueError('refused', 'VENUE_UNSUPPORTED', 'this node has no simulator (SIM_URL is not set)');
    }
    const name = `${venue}:${environment}`;
    const known = this.#markets.get(name);
    if (known !== undefined) return known;
    const { Binance, errors } = await this.#loaded();
    const raced = this.#markets.get(name);
    if (raced !== undefined) return raced;
    const client = createBinance(Binance, { environment, simUrl: this.#simUrl, credentials: null });
    const markets = new BinanceMarkets(client, errors);
    this.#markets.set(name, markets);
    return markets;
  }

  #loaded(): ReturnType<typeof loadBinance> {
    this.#binance ??= loadBinance();
    return this.#binance;
  }
}
