import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import type { AccountSpec } from './account/accounts.js';
import { generatedAccount } from './account/account-spec.js';
import { wallClock } from './clock.js';
import { Ledger } from './ledger/ledger.js';
import { readRecordings } from './market/recording-reader.js';
import { ReplaySource } from './market/replay-source.js';
import { Timeline } from './market/timeline.js';
import { serveApiSocket } from './server/api-socket.js';
import { controlRoutes } from './server/control.js';
import { spotEndpoints } from './server/endpoints/index.js';
import { MarketFeed } from './server/market-feed.js';
import { serveMarketSocket } from './server/market-socket.js';
import { Outbox } from './server/peer.js';
import { rawBodies, restRoutes } from './server/rest.js';
import { Sockets, type SocketRoute } from './server/sockets.js';
import { statusPage } from './server/status-page.js';
import { StreamHub } from './server/stream-hub.js';
import { UserStreams } from './server/user-streams.js';
import { restoreAccounts, restoreOpenOrders } from './state/restore.js';
import { StateFile } from './state/state-file.js';
import { STANDARD_LIMITS, type VenueLimits } from './venue/limits.js';
import { loadRules } from './venue/rules.js';
import { SpotVenue } from './venue/spot-venue.js';

export interface SimulatorOptions {
  /** Recorded tick files; the bundled BTCUSDT session when empty. */
  replay?: readonly string[];
  /** How much faster than recorded the data plays. Default 1. */
  speed?: number;
  /** Start the recording again when it ends. */
  loop?: boolean;
  /** Start paused. */
  paused?: boolean;
  /** TCP port; 0 takes a free one. Default 0. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Accounts to open; one with a random key when there is none, here or in the state. */
  accounts?: readonly AccountSpec[];
  /** File that keeps accounts, orders and fills across restarts. */
  state?: string;
  /** Makes generated keys and ids repeatable. */
  seed?: number;
  limits?: Partial<VenueLimits>;
}

export interface Simulator {
  port: number;
  /** REST base, `http://host:port`. */
  url: string;
  /** WebSocket base, `ws://host:port`. */
  wsUrl: string;
  accounts: { venue: string; apiKey: string; apiSecret: string }[];
  /** Delivers `ms` of recorded time at once; for tests, with `paused`. */
  advance(ms: number): void;
  /** Saves the state and ends everything. Safe to call twice. */
  close(): Promise<void>;
}

/** ccxt's name of the simulated exchange. */
const VENUE = 'binance';
/** Clients keep idle connections for 60 s; the server must not close them first. */
const KEEP_ALIVE_MS = 75_000;
const BUNDLED = fileURLToPath(new URL('../data/btcusdt-spot-20240808.jsonl.gz', import.meta.url));

/** Starts a simulator; when it resolves, every market has a quote. @throws Error on bad files, state or options. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const rules = loadRules();
  const files = options.replay?.length ? options.replay : [BUNDLED];
  const sources = readRecordings(files, rules).map(
    (recording) => new ReplaySource(recording, options.loop ?? false),
  );
  const stateFile = options.state === undefined ? undefined : new StateFile(options.state);
  const saved = stateFile?.load(VENUE) ?? null;

  const venue = new SpotVenue({
    name: VENUE,
    clock: wallClock,
    limits: { ...STANDARD_LIMITS, ...options.limits },
    firstId: Math.floor(wallClock.now() / 1000) * 1000,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const ledger = new Ledger();
  const users = new UserStreams();
  if (saved) restoreAccounts(venue, ledger, rules, saved);
  for (const listener of [ledger, users, ...(stateFile ? [stateFile] : [])]) venue.events.add(listener);
  for (const source of sources) {
    const symbolRules = rules.get(source.symbol);
    if (!symbolRules) throw new Error(`no trading rules for ${source.symbol}`);
    const kept = saved?.state.markets[source.symbol];
    const market = venue.addMarket(symbolRules, kept && Math.max(kept.updateId, kept.nextTradeId));
    source.start(market, kept?.position);
    market.flush();
  }
  if (saved) restoreOpenOrders(venue, saved.state);
  openAccounts(venue, options.accounts);

  const outbox = new Outbox();
  const hub = new StreamHub();
  const feed = new MarketFeed(venue, hub, outbox);
  const timeline = new Timeline(sources, options.speed ?? 1, (deliver) =>
    outbox.batch(() => {
      deliver();
      for (const market of venue.markets()) market.flush();
    }),
  );
  timeline.paused = options.paused ?? false;

  const endpoints = spotEndpoints(venue);
  const app = Fastify({ keepAliveTimeout: KEEP_ALIVE_MS, forceCloseConnections: true });
  rawBodies(app);
  restRoutes(app, venue, endpoints);
  statusPage(app);
  const routeOf = (url: URL): SocketRoute | undefined => {
    if (url.pathname.startsWith('/ws-api/')) {
      return (peer, _url, ip) => serveApiSocket(peer, ip, venue, endpoints, users);
    }
    if (/^\/(stream|ws)(\/|$)/.test(url.pathname)) return (peer) => serveMarketSocket(peer, url, hub);
    return undefined;
  };
  const sockets = new Sockets(app.server, routeOf, outbox);
  controlRoutes(app, { venue, ledger, rules, sources, timeline, connections: () => sockets.count });

  const host = options.host ?? '127.0.0.1';
  await app.listen({ port: options.port ?? 0, host });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  feed.start();
  timeline.start();
  stateFile?.start(venue, sources);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    timeline.stop();
    feed.stop();
    stateFile?.stop();
    // At once, because the process may be killed while connections end, and again for what came in meanwhile.
    stateFile?.save(venue, sources);
    sockets.close();
    await app.close();
    stateFile?.save(venue, sources);
  };
  return {
    port,
    url: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    accounts: venue.accounts.all().map(({ apiKey, apiSecret }) => ({ venue: VENUE, apiKey, apiSecret })),
    advance: (ms) => timeline.advance(ms),
    close: () => (closing ??= close()),
  };
}

/** Opens the accounts asked for that the state does not have yet; one generated account when there would be none. */
function openAccounts(venue: SpotVenue, specs: readonly AccountSpec[] = []): void {
  for (const spec of specs) if (!venue.accounts.get(spec.apiKey)) venue.openAccount(spec);
  if (venue.accounts.all().length === 0) venue.openAccount(generatedAccount(venue.ids));
}
