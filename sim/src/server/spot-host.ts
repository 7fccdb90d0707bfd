import type { FillModel } from '@gridfleet/shared/domain/matching';
import type { AccountSpec } from '../account/accounts.js';
import { generatedAccount } from '../account/account-spec.js';
import type { Clock } from '../clock.js';
import { OrderHistory } from '../faults/order-history.js';
import { FreezableSink } from '../faults/freezable-sink.js';
import { Ledger } from '../ledger/ledger.js';
import { ledgerReport } from '../ledger/report.js';
import type { SpotMarket } from '../market/spot-market.js';
import type { MarketSource } from '../market/source.js';
import { auditViolations } from '../referee/audit.js';
import type { Referee } from '../referee/referee.js';
import type { Violation } from '../referee/violation.js';
import { restoreAccounts, restoreOpenOrders } from '../state/restore.js';
import { StateFile } from '../state/state-file.js';
import { AccountDesk } from '../venue/account-desk.js';
import type { VenueLimits } from '../venue/limits.js';
import type { SymbolRules } from '../venue/rules.js';
import { SpotVenue } from '../venue/spot-venue.js';
import { spotEndpoints } from './endpoints/index.js';
import type { Endpoint } from './endpoint.js';
import type { DrivenVenue } from './driven-venue.js';
import { MarketFeed } from './market-feed.js';
import { serveMarketSocket } from './market-socket.js';
import type { Outbox } from './peer.js';
import type { RequestDesk } from './request-desk.js';
import { restRoutes } from './rest.js';
import type { RestRouter } from './rest-router.js';
import type { SocketRoute } from './sockets.js';
import { serveSpotApi } from './spot-api-socket.js';
import type { StreamGate } from './stream-gate.js';
import { StreamHub } from './stream-hub.js';
import { UserStreams } from './user-streams.js';

export interface SpotHostOptions {
  /** The venue's name, e.g. `binance`. */
  name: string;
  /** Path before every address of the venue, e.g. `/venue-b`; empty for the main venue. */
  prefix: string;
  clock: Clock;
  limits: VenueLimits;
  rules: ReadonlyMap<string, SymbolRules>;
  sources: readonly MarketSource[];
  outbox: Outbox;
  desk: RequestDesk;
  gate: StreamGate;
  /** File of accounts, orders and fills. */
  state?: string;
  /** Watches what is ordered. */
  referee: Referee;
  seed?: number;
  /** How resting orders fill. Default queue. */
  fillModel?: FillModel;
}

/** One spot venue with everything that serves it: markets, ledger, endpoints and streams under a path prefix. */
export class SpotHost implements DrivenVenue {
  readonly name: string;
  readonly prefix: string;
  readonly venue: SpotVenue;
  readonly ledger = new Ledger();
  readonly users: UserStreams;
  readonly endpoints: readonly Endpoint[];
  /** What drives its markets, at most one source a symbol. */
  readonly sources: MarketSource[] = [];
  readonly rules: ReadonlyMap<string, SymbolRules>;
  /** What orders were moments ago, for queries answered by a lagging replica. */
  readonly history: OrderHistory;
  /** What its accounts' owners do by hand. */
  readonly desk: AccountDesk;
  readonly #sinks = new Map<string, FreezableSink>();
  readonly #hub: StreamHub;
  readonly #feed: MarketFeed;
  readonly #stateFile: StateFile | undefined;

  /** Starts the markets: every market with a source has a quote. @throws Error on a bad state or a symbol without rules. */
  constructor(private readonly options: SpotHostOptions) {
    const { name, prefix, clock, limits, rules, sources, outbox, gate, state, seed, fillModel } = options;
    this.name = name;
    this.prefix = prefix;
    this.rules = rules;
    this.#stateFile = state === undefined ? undefined : new StateFile(state, () => this);
    const saved = this.#stateFile?.load(name) ?? null;
    this.venue = new SpotVenue({
      name,
      clock,
      limits,
      listing: rules,
      firstId: Math.floor(clock.now() / 1000) * 1000,
      ...(seed === undefined ? {} : { seed }),
      ...(fillModel === undefined ? {} : { fillModel }),
    });
    this.users = new UserStreams(gate);
    this.history = new OrderHistory(clock);
    this.desk = new AccountDesk(this.venue);
    if (saved) restoreAccounts(this.venue, this.ledger, rules, saved);
    const watch = options.referee.watch(name);
    if (saved) for (const record of this.ledger.orders()) watch.orders.see(record);
    const listeners = [
      this.ledger,
      this.history,
      watch,
      this.users,
      ...(this.#stateFile ? [this.#stateFile] : []),
    ];
    for (const listener of listeners) this.venue.events.add(listener);
    for (const source of sources) {
      const kept = saved?.state.markets[source.symbol];
      this.addSource(source, kept && Math.max(kept.updateId, kept.nextTradeId), kept?.position);
    }
    if (saved) restoreOpenOrders(this.venue, saved.state);
    for (const account of this.venue.accounts.all()) {
      for (const order of this.venue.store.allOpen(account)) this.history.restore(order);
    }
    this.#hub = new StreamHub(gate);
    this.#feed = new MarketFeed(this.venue, this.#hub, outbox);
    this.venue.onMarket = (market) => this.#feed.add(market);
    this.endpoints = spotEndpoints(this.venue, this.history);
  }

  /**
   * Lets a source drive the market of its symbol, from now on or from where it was saved.
   * @throws RangeError when the symbol has no trading rules, or a source already.
   */
  addSource(source: MarketSource, firstId?: number, position?: number): SpotMarket {
    const rules = this.rules.get(source.symbol);
    if (!rules) throw new RangeError(`there are no trading rules for ${source.symbol}`);
    if (this.#sinks.has(source.symbol)) throw new RangeError(`${source.symbol} has a market source already`);
    const market =
      this.venue.markets().find((found) => found.rules.symbol === source.symbol) ??
      this.venue.addMarket(rules, firstId);
    this.sources.push(source);
    const sink = new FreezableSink(market);
    this.#sinks.set(source.symbol, sink);
    source.start(sink, position);
    market.flush();
    return market;
  }

  /** The way of outside data into a market, to hold it back; undefined for a market without a source. */
  sink(symbol: string): FreezableSink | undefined {
    return this.#sinks.get(symbol);
  }

  rulesOf(symbol: string): SymbolRules | undefined {
    return this.rules.get(symbol);
  }

  /** @throws RangeError when the symbol is not listed. */
  bookOf(symbol: string): SpotMarket {
    const rules = this.rules.get(symbol);
    if (!rules) throw new RangeError(`there are no trading rules for ${symbol}`);
    return this.venue.marketOf(rules);
  }

  /** Opens the accounts asked for that the state does not have yet; one generated account when there would be none. */
  openAccounts(specs: readonly AccountSpec[]): void {
    const { venue } = this;
    for (const spec of specs) if (!venue.accounts.get(spec.apiKey)) venue.openAccount(spec);
    if (venue.accounts.all().length === 0) venue.openAccount(generatedAccount(venue.ids));
  }

  /** Serves the venue's REST endpoints under its prefix. */
  routes(router: RestRouter): void {
    restRoutes(router, this.venue, this.endpoints, this.options.desk, this.prefix);
  }

  /** Who serves a WebSocket address, given without the prefix. */
  socketRoute(url: URL): SocketRoute | undefined {
    const { venue, endpoints, users } = this;
    if (url.pathname.startsWith('/ws-api/')) {
      const parts = { venue, endpoints, users, desk: this.options.desk };
      return { kind: 'private', frames: 'api', serve: (peer, ip) => serveSpotApi(peer, ip, parts) };
    }
    if (!/^\/(stream|ws)(\/|$)/.test(url.pathname)) return undefined;
    return {
      kind: 'market',
      frames: 'spot-stream',
      serve: (peer) => serveMarketSocket(peer, url, this.#hub),
    };
  }

  audit(): Violation[] {
    const { checks } = ledgerReport(this.venue, this.ledger, this.rules, this.venue.accounts.all());
    return auditViolations(this.name, checks, this.venue.clock.now());
  }

  /** Ends a batch of market data. */
  flush(): void {
    for (const market of this.venue.markets()) market.flush();
  }

  start(): void {
    this.#feed.start();
    this.#stateFile?.start();
  }

  stop(): void {
    this.#feed.stop();
    this.#stateFile?.stop();
  }

  save(): void {
    this.#stateFile?.save();
  }
}
