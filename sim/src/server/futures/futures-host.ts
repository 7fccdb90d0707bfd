import { FreezableSink } from '../../faults/freezable-sink.js';
import type { FuturesMarket } from '../../futures/futures-market.js';
import { FuturesVenue, type FuturesVenueOptions } from '../../futures/futures-venue.js';
import { FuturesLedger, orderRecord } from '../../futures/ledger.js';
import { checkTrader, type FuturesViolation } from '../../futures/ledger-checks.js';
import { markEvent } from '../../futures/market-formats.js';
import { forceOrder } from '../../futures/stream-formats.js';
import type { MarketSource } from '../../market/source.js';
import type { SpotMarket } from '../../market/spot-market.js';
import type { Audited, Referee } from '../../referee/referee.js';
import type { Violation } from '../../referee/violation.js';
import { restoreFuturesOrders, restoreTraders } from '../../state/restore-futures.js';
import { FuturesStateFile } from '../../state/futures-state-file.js';
import type { SavedMarket } from '../../state/state-file.js';
import type { SymbolRules } from '../../venue/rules.js';
import type { DrivenVenue } from '../driven-venue.js';
import type { Endpoint } from '../endpoint.js';
import { MarketFeed } from '../market-feed.js';
import { serveMarketSocket } from '../market-socket.js';
import type { Outbox } from '../peer.js';
import type { RequestDesk } from '../request-desk.js';
import { restRoutes } from '../rest.js';
import type { RestRouter } from '../rest-router.js';
import type { SocketRoute } from '../sockets.js';
import type { StreamGate } from '../stream-gate.js';
import { StreamHub } from '../stream-hub.js';
import { serveFuturesApi } from './api-socket.js';
import { FUTURES_FEED } from './feed-formats.js';
import { futuresEndpoints } from './index.js';
import { FuturesUserStreams } from './user-streams.js';

export interface FuturesHostOptions extends FuturesVenueOptions {
  /** Path before every address of the venue; empty for the main venue. */
  prefix: string;
  sources: readonly MarketSource[];
  outbox: Outbox;
  desk: RequestDesk;
  gate: StreamGate;
  referee: Referee;
  /** File of wallets, positions, orders and income. */
  state?: string;
  /** Saves the accounts, which the spot side keeps: a wallet must not outlive its account. */
  saveAccounts?: () => void;
}

/** `/fstream/ws/…`, also with the category in front of or behind `fstream`, and without it. */
const MARKET_PATH = /^(?:\/fstream)?(?:\/(?:public|market))?(\/(?:ws|stream)(?:\/.*)?)$/;
const PRIVATE_PATH = /^(?:\/fstream)?(?:(?:\/private)?\/ws(?:\/([A-Za-z0-9]{64}))?|\/private\/stream)$/;

/** One futures venue with everything that serves it: contracts, endpoints and streams under a path prefix. */
export class FuturesHost implements Audited, DrivenVenue {
  readonly name: string;
  readonly prefix: string;
  readonly venue: FuturesVenue;
  readonly endpoints: readonly Endpoint[];
  readonly ledger = new FuturesLedger();
  readonly users: FuturesUserStreams;
  /** What drives its contracts, at most one source a symbol. */
  readonly sources: MarketSource[] = [];
  readonly #sinks = new Map<string, FreezableSink>();
  readonly #hub: StreamHub;
  readonly #feed: MarketFeed;
  readonly #stateFile: FuturesStateFile | undefined;

  /** Starts the markets: every contract with a source has a quote. @throws Error on a bad state or a symbol without rules. */
  constructor(private readonly options: FuturesHostOptions) {
    const { name, prefix, sources, outbox, gate, state } = options;
    this.name = name;
    this.prefix = prefix;
    this.#stateFile =
      state === undefined
        ? undefined
        : new FuturesStateFile(state, () => {
            options.saveAccounts?.();
            return this;
          });
    const saved = this.#stateFile?.load(name) ?? null;
    const kept = (symbol: string): SavedMarket | undefined => saved?.state.markets[symbol];
    const venue = new FuturesVenue({
      ...options,
      firstIdOf: (symbol) => Math.max(kept(symbol)?.updateId ?? 0, kept(symbol)?.nextTradeId ?? 0),
    });
    this.venue = venue;
    if (saved) restoreTraders(venue, this.ledger, saved);
    const { orders } = options.referee.watch(name);
    if (saved) for (const record of this.ledger.orders()) orders.see(record);
    venue.events.add(this.ledger);
    venue.events.add({ order: ({ order }) => orders.see(orderRecord(order)) });
    this.users = new FuturesUserStreams(venue, gate);
    this.endpoints = futuresEndpoints(venue);
    this.#hub = new StreamHub(gate);
    if (this.#stateFile) venue.events.add(this.#stateFile);
    for (const source of sources) this.addSource(source, kept(source.symbol)?.position);
    if (saved) restoreFuturesOrders(venue, saved.state);
    const feedMarkets = {
      clock: venue.clock,
      markets: () => venue.markets().map(({ book }) => book),
      market: (symbol: string) => venue.market(symbol)?.book,
    };
    this.#feed = new MarketFeed(feedMarkets, this.#hub, outbox, FUTURES_FEED, (now, second) =>
      this.#tick(now, second),
    );
    venue.onMarket = ({ book }) => this.#feed.add(book);
    venue.onLiquidated = (market, order) => this.#publishLiquidation(market, order);
  }

  /**
   * Lets a source drive the contract of its symbol, from now on or from where it was saved.
   * @throws RangeError when the symbol has no trading rules, or a source already.
   */
  addSource(source: MarketSource, position?: number): FuturesMarket {
    const market = this.venue.market(source.symbol);
    if (!market) throw new RangeError(`there are no futures trading rules for ${source.symbol}`);
    if (this.#sinks.has(source.symbol)) throw new RangeError(`${source.symbol} has a market source already`);
    this.sources.push(source);
    const sink = new FreezableSink(market.book);
    this.#sinks.set(source.symbol, sink);
    source.start(sink, position);
    market.book.flush();
    return market;
  }

  rulesOf(symbol: string): SymbolRules | undefined {
    return this.venue.market(symbol)?.rules;
  }

  /** @throws RangeError when there is no such contract. */
  bookOf(symbol: string): SpotMarket {
    const market = this.venue.market(symbol);
    if (!market) throw new RangeError(`there is no contract ${symbol}`);
    return market.book;
  }

  /** The way of outside data into a contract, to hold it back; undefined for one without a source. */
  sink(symbol: string): FreezableSink | undefined {
    return this.#sinks.get(symbol);
  }

  /** Sums of the ledger that do not agree with the books. */
  checks(): FuturesViolation[] {
    return this.venue
      .traders()
      .flatMap((trader) => checkTrader(trader, this.ledger.records(trader.account.apiKey)));
  }

  audit(): Violation[] {
    return this.checks().map(({ check, apiKey, subject, expected, actual }) => ({
      code: check === 'negative-wallet' ? 'balance-negative' : 'sums-disagree',
      message: `${check} of ${subject}: ${actual} instead of ${expected}`,
      venue: this.name,
      account: apiKey,
      orderIds: [],
      requestIds: [],
      time: this.venue.clock.now(),
    }));
  }

  routes(router: RestRouter): void {
    restRoutes(router, this.venue, this.endpoints, this.options.desk, this.prefix);
  }

  /** Who serves a WebSocket address of the venue, given without the prefix. */
  socketRoute(url: URL): SocketRoute | undefined {
    if (url.pathname.startsWith('/ws-fapi/')) {
      const { venue, endpoints } = this;
      const parts = { venue, endpoints, desk: this.options.desk };
      return { kind: 'private', frames: 'api', serve: (peer, ip) => serveFuturesApi(peer, ip, parts) };
    }
    const key = url.searchParams.get('listenKey') ?? PRIVATE_PATH.exec(url.pathname)?.[1];
    if (key !== undefined && PRIVATE_PATH.test(url.pathname)) {
      return { kind: 'private', frames: 'futures-stream', serve: (peer) => this.users.connect(peer, key) };
    }
    const found = MARKET_PATH.exec(url.pathname);
    if (!found || !/^\/(fstream|public|market)\//.test(url.pathname)) return undefined;
    const streams = new URL(`${found[1]}${url.search}`, url);
    return {
      kind: 'market',
      frames: 'futures-stream',
      serve: (peer) => serveMarketSocket(peer, streams, this.#hub),
    };
  }

  /** Ends a batch of market data. */
  flush(): void {
    for (const { book } of this.venue.markets()) book.flush();
    this.venue.settle();
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

  #tick(now: number, second: boolean): void {
    this.venue.tick();
    if (!second) return;
    const markets = this.venue.markets();
    for (const market of markets) {
      const name = market.rules.symbol.toLowerCase();
      for (const suffix of ['', '@1s']) {
        this.#hub.publish(`${name}@markPrice${suffix}`, () => markEvent(market, now));
      }
    }
    for (const suffix of ['', '@1s']) {
      this.#hub.publish(`!markPrice@arr${suffix}`, () => markets.map((market) => markEvent(market, now)));
    }
  }

  #publishLiquidation({ rules }: FuturesMarket, order: Parameters<FuturesVenue['onLiquidated']>[1]): void {
    const make = (): unknown => forceOrder(order, this.venue.clock.now());
    this.#hub.publish(`${rules.symbol.toLowerCase()}@forceOrder`, make);
    this.#hub.publish('!forceOrder@arr', make);
  }
}
