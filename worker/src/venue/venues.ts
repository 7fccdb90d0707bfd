import type { DataSource } from 'typeorm';
import { venueRefusal, VENUES, type Environment, type VenueHealth } from '@gridfleet/shared/schema';
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
import { RecentAnswers } from '../util/recent-answers.js';
import { withMembers } from '../util/with-members.js';
import { LINEAR } from './ccxt/binance-linear.js';
import type { BinanceProduct } from './ccxt/binance-product.js';
import { SPOT } from './ccxt/binance-spot.js';
import { openBinance } from './ccxt/binance-venue.js';
import { scopeOf, type OpenVenue } from './ccxt/open-venue.js';
import { openUnified } from './ccxt/unified/unified-venue.js';
import { PaperAccount } from './paper/paper-account.js';
import { PaperLocks } from './paper/paper-lock.js';
import type { VenueAccount, VenueMarkets, VenueTicks } from './venue.js';
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
  /** Trades every venue by ccxt's unified calls, also those with an adapter of their own: for tests of these calls. */
  unifiedOnly?: boolean;
}

/** An account's fee rates change with its volume of a month, and each question costs request weight. */
const RATES_GOOD_MS = 60_000;

/** Binance's rates for everybody, and play money. */
const PAPER_START: PaperStart = {
  makerRate: '0.001',
  takerRate: '0.001',
  balances: { USDT: '100000', BTC: '1' },
};

/** Venues with an adapter of their own; every other one is traded by ccxt's unified calls. */
const PRODUCTS: ReadonlyMap<string, BinanceProduct> = new Map([SPOT, LINEAR].map((each) => [each.id, each]));

/** All venues of this process: markets, clock and limits per (venue, environment), a client per account. */
export class Venues {
  readonly #deps: VenuesDeps;
  readonly #paper: PaperRepository;
  readonly #paperLocks: PaperLocks;
  readonly #open = new Map<string, Promise<OpenVenue>>();
  readonly #opened = new Map<string, OpenVenue>();
  readonly #rates = new RecentAnswers<Awaited<ReturnType<VenueAccount['feeRates']>>>(RATES_GOOD_MS);

  constructor(deps: VenuesDeps) {
    this.#deps = deps;
    this.#paper = new PaperRepository(deps.database);
    this.#paperLocks = new PaperLocks(deps.database);
  }

  /** @throws VenueError when the venue is unknown, or `sim` is asked for and no simulator is configured. */
  async markets(venue: string, environment: Environment): Promise<VenueMarkets> {
    return (await this.#venue(venue, environment)).markets;
  }

  /**
   * Asks for the share of requests that periodic looks may use.
   * @returns ms until a look at one market of an account may begin, 0 for now
   */
  async look(venue: string, environment: Environment): Promise<number> {
    // Play money is looked at without asking anybody.
    if (environment === 'paper') return 0;
    return (await this.#venue(venue, environment)).look();
  }

  /** Opens a client for an account, unverified ones too. The caller closes it. */
  async open(accountId: number): Promise<OpenAccount> {
    const { database, cipher } = this.#deps;
    const row = await database.getRepository(AccountRowEntity).findOneBy({ id: accountId });
    if (row === null) throw new VenueError('auth', 'ACCOUNT_UNKNOWN', `account ${accountId} does not exist`);
    const opened = await this.#venue(row.venue, row.environment);
    if (row.environment === 'paper') {
      const { markets } = opened;
      if (!hasTicks(markets)) {
        const message = `${row.venue} brings no ticks to match paper orders with`;
        throw new VenueError('refused', 'VENUE_UNSUPPORTED', message);
      }
      await this.#paper.open(accountId, PAPER_START);
      return { row, account: new PaperAccount(accountId, this.#paper, markets, this.#paperLocks) };
    }
    const sealed = await database.getRepository(AccountCredentialEntity).findBy({ accountId });
    const secrets = Object.fromEntries(
      sealed.map((entry) => [entry.name, cipher.open(entry, credentialBinding(accountId, entry.name))]),
    );
    const missing = VENUES.find(({ id }) => id === row.venue)?.credentials.find(
      (name) => secrets[name] === undefined,
    );
    if (missing !== undefined) {
      throw new VenueError('auth', 'CREDENTIAL_MISSING', `account ${accountId} has no ${missing}`);
    }
    const account = await opened.account(secrets, row.fingerprint);
    const feeRates: VenueAccount['feeRates'] = (market) =>
      this.#rates.of(`${row.id} ${row.fingerprint} ${market}`, () => account.feeRates(market));
    return { row, account: withMembers(account, { feeRates }) };
  }

  /** Every exchange this process has opened; one that is being opened is not waited for. */
  health(): VenueHealth[] {
    return [...this.#opened.values()].map((venue) => venue.health());
  }

  async close(): Promise<void> {
    await this.#paperLocks.close().catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'releasing the paper accounts failed');
    });
    for (const [name, opening] of this.#open) {
      await opening
        .then((venue) => venue.close())
        .catch((error: unknown) => {
          this.#deps.log.warn({ venue: name, err: error }, 'closing a venue failed');
        });
    }
  }

  async #venue(venue: string, wanted: Environment): Promise<OpenVenue> {
    const { simUrl, budget, egress, log, unifiedOnly = false } = this.#deps;
    // Paper trades on the prices of this installation's simulator, else on the real ones.
    const paperPrices = simUrl === null ? 'live' : 'sim';
    const environment = wanted === 'paper' ? paperPrices : wanted;
    const refusal = venueRefusal(venue);
    if (refusal !== null) throw new VenueError('refused', refusal.code, refusal.message);
    if (environment === 'sim' && simUrl === null) {
      throw new VenueError('refused', 'VENUE_UNSUPPORTED', 'this node has no simulator (SIM_URL is not set)');
    }
    const parts = { venue, environment, simUrl, budget, egress, log };
    const name = scopeOf(parts);
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const product = unifiedOnly ? undefined : PRODUCTS.get(venue);
    const opening = product === undefined ? openUnified(parts) : openBinance(parts, product);
    this.#open.set(name, opening);
    opening.then(
      (opened) => this.#opened.set(name, opened),
      () => this.#open.delete(name),
    );
    return opening;
  }
}

function hasTicks(markets: VenueMarkets): markets is VenueTicks {
  return 'watchTicks' in markets;
}
