import { accessSync, constants, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { orderRecord, type OrderRecord } from '../ledger/records.js';
import type { MarketSource } from '../market/source.js';
import type { OrderEvent, VenueListener } from '../venue/events.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import { unitsText } from '../venue/units.js';
import { Journal, type JournalEntry } from './journal.js';

const VERSION = 1;
const SAVE_MS = 1000;

/** What is saved besides the journal. Amounts are decimal texts. */
export interface SavedState {
  version: typeof VERSION;
  venue: string;
  /** How much of the journal belongs to this state. */
  journalBytes: number;
  nextOrderId: number;
  markets: Record<string, { updateId: number; nextTradeId: number; position: number }>;
  accounts: {
    apiKey: string;
    apiSecret: string;
    makerRate: string;
    takerRate: string;
    bnbFees?: boolean;
    balances: Record<string, { free: string; locked: string }>;
  }[];
  openOrders: OrderRecord[];
}

/**
 * Keeps a venue on disk: a small file with what changes, written whole and renamed into place, and beside it the
 * journal (`<file>.journal`) of what is over. The file's rename is the commit.
 */
export class StateFile implements VenueListener {
  readonly #journal: Journal;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly path: string) {
    this.#journal = new Journal(`${path}.journal`);
  }

  /**
   * The saved state, or null when there is none.
   * @throws Error when it cannot be read, is of another version, or its folder cannot be written.
   */
  load(venue: string): { state: SavedState; journal: JournalEntry[] } | null {
    accessSync(dirname(this.path), constants.W_OK);
    if (!existsSync(this.path)) {
      this.#journal.read(0);
      return null;
    }
    const state = JSON.parse(readFileSync(this.path, 'utf8')) as Partial<SavedState>;
    if (state.version !== VERSION || state.venue !== venue) {
      throw new Error(
        `${this.path} holds version ${state.version} of venue ${state.venue}; this simulator reads version ${VERSION} of ${venue}. Move it away to start afresh`,
      );
    }
    return { state: state as SavedState, journal: this.#journal.read(state.journalBytes ?? 0) };
  }

  /** Saves at once, then each second when something changed. */
  start(venue: SpotVenue, sources: readonly MarketSource[]): void {
    this.save(venue, sources);
    this.#timer = setInterval(() => {
      if (this.#dirty) this.#trySave(venue, sources);
    }, SAVE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A disk that is full now may not be so in a second: the venue goes on and the next save tries again. */
  #trySave(venue: SpotVenue, sources: readonly MarketSource[]): void {
    try {
      this.save(venue, sources);
    } catch (error) {
      process.stderr.write(`simulator: state not saved to ${this.path}, trying again: ${String(error)}\n`);
    }
  }

  save(venue: SpotVenue, sources: readonly MarketSource[]): void {
    const journalBytes = this.#journal.flush();
    const temporary = `${this.path}.tmp`;
    writeFileSync(temporary, JSON.stringify(stateOf(venue, sources, journalBytes)), { mode: 0o600 });
    renameSync(temporary, this.path);
    this.#dirty = false;
  }

  deposit(event: Parameters<Journal['deposit']>[0]): void {
    this.#journal.deposit(event);
    this.#dirty = true;
  }

  order(event: OrderEvent): void {
    this.#journal.order(event);
    this.#dirty = true;
  }
}

function stateOf(venue: SpotVenue, sources: readonly MarketSource[], journalBytes: number): SavedState {
  const positions = new Map(sources.map((source) => [source.symbol, source.position]));
  return {
    version: VERSION,
    venue: venue.name,
    journalBytes,
    nextOrderId: venue.trading.nextOrderId,
    markets: Object.fromEntries(
      venue
        .markets()
        .map(({ rules, updateId, nextTradeId }) => [
          rules.symbol,
          { updateId, nextTradeId, position: positions.get(rules.symbol) ?? 0 },
        ]),
    ),
    accounts: venue.accounts.all().map((account) => ({
      apiKey: account.apiKey,
      apiSecret: account.apiSecret,
      makerRate: unitsText(account.makerRate),
      takerRate: unitsText(account.takerRate),
      bnbFees: account.bnbFees,
      balances: Object.fromEntries(
        account.balances
          .entries()
          .map(([asset, { free, locked }]) => [asset, { free: unitsText(free), locked: unitsText(locked) }]),
      ),
    })),
    openOrders: venue.accounts
      .all()
      .flatMap((account) => venue.store.allOpen(account))
      .sort((a, b) => a.orderId - b.orderId)
      .map(orderRecord),
  };
}
