import { NO_COUNTERS, type Counters, type Logger } from '@gridfleet/shared/infra';
import type { AccountChange, OrderReport, VenueAccount } from '../venue/venue.js';
import type { Venues } from '../venue/venues.js';
import { shareReads } from './shared-reads.js';

export interface SessionListener {
  onReport(report: OrderReport): void;
  onGap(reason: string): void;
  /** The account changed otherwise than by an order of this market. */
  onAccountChange(change: AccountChange): void;
}

export interface AccountSession {
  account: VenueAccount;
  venue: string;
  /** Private events of one market. @returns how to stop. */
  subscribe(market: string, listener: SessionListener): () => void;
  /** Since when the private stream tells all that happens, ms since epoch; Infinity while it does not. */
  hearsSince(): number;
  /** Opens a new private stream: the present one has gone deaf. */
  restartStream(reason: string): void;
  release(): Promise<void>;
}

interface Shared {
  account: VenueAccount;
  venue: string;
  users: number;
  listeners: Map<string, Set<SessionListener>>;
  stream: AbortController;
  /** When its present stream opened, or told of a gap, ms since epoch; Infinity before it has opened. */
  hearsSince: number;
}

export type AccountWrap = (account: VenueAccount, accountId: number) => VenueAccount;

/** One client and one private stream per account and process, shared by all runs on it. */
export class AccountSessions {
  readonly #venues: Venues;
  readonly #log: Logger;
  readonly #sessions = new Map<number, Promise<Shared>>();
  readonly #wrap: AccountWrap;
  readonly #metrics: Counters;

  /** @param wrap what every account is used through, such as a gate in front of it */
  constructor(
    venues: Venues,
    log: Logger,
    wrap: AccountWrap = (account) => account,
    metrics: Counters = NO_COUNTERS,
  ) {
    this.#metrics = metrics;
    this.#venues = venues;
    this.#log = log;
    this.#wrap = wrap;
  }

  async acquire(accountId: number): Promise<AccountSession> {
    let opening = this.#sessions.get(accountId);
    if (opening === undefined) {
      opening = this.#open(accountId);
      this.#sessions.set(accountId, opening);
      opening.catch(() => this.#sessions.delete(accountId));
    }
    const shared = await opening;
    shared.users += 1;
    let released = false;
    return {
      account: shared.account,
      venue: shared.venue,
      subscribe: (market, listener) => {
        const listeners = shared.listeners.get(market) ?? new Set();
        shared.listeners.set(market, listeners);
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      hearsSince: () => shared.hearsSince,
      restartStream: (reason) => {
        this.#log.warn({ accountId, reason }, 'restarting the private stream');
        shared.stream.abort();
        this.#watch(accountId, shared);
      },
      release: async () => {
        if (released) return;
        released = true;
        shared.users -= 1;
        if (shared.users > 0) return;
        this.#sessions.delete(accountId);
        shared.stream.abort();
        await shared.account.close();
      },
    };
  }

  async #open(accountId: number): Promise<Shared> {
    const { account, row } = await this.#venues.open(accountId);
    const shared: Shared = {
      account: shareReads(this.#wrap(account, accountId)),
      venue: row.venue,
      users: 0,
      listeners: new Map(),
      stream: new AbortController(),
      hearsSince: Infinity,
    };
    this.#watch(accountId, shared);
    return shared;
  }

  #watch(accountId: number, shared: Shared): void {
    const stream = new AbortController();
    shared.stream = stream;
    shared.hearsSince = Infinity;
    const all = (): SessionListener[] =>
      [...shared.listeners.values()].flatMap((listeners) => [...listeners]);
    shared.account
      .watchPrivate(
        {
          onReport: (report) => {
            for (const listener of shared.listeners.get(report.market) ?? []) listener.onReport(report);
          },
          onAccountChange: (change) => {
            const listeners = change.markets?.flatMap((market) => [...(shared.listeners.get(market) ?? [])]);
            for (const listener of listeners ?? all()) listener.onAccountChange(change);
          },
          onGap: (reason) => {
            this.#log.info({ accountId, reason }, 'private stream gap');
            this.#metrics.count('gridfleet_stream_gaps_total', {});
            // The end of the former stream tells nothing of this one.
            if (shared.stream === stream) shared.hearsSince = Date.now();
            for (const listener of all()) listener.onGap(reason);
          },
        },
        stream.signal,
      )
      .catch((error: unknown) => {
        this.#log.error({ accountId, err: error }, 'private stream ended');
        for (const listener of all()) listener.onGap('private stream ended');
      });
  }
}
