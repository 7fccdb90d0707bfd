import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import type { AccountSpec } from './account/accounts.js';
import { VirtualClock, wallClock } from './clock.js';
import { Faults } from './faults/faults.js';
import { futuresEffects } from './faults/futures-effects.js';
import { spotEffects } from './faults/spot-effects.js';
import { SourceFactory } from './market/open-source.js';
import type { MarketSource } from './market/source.js';
import { Timeline } from './market/timeline.js';
import { FrontDesk } from './referee/front-desk.js';
import { Referee } from './referee/referee.js';
import { RequestsLog } from './referee/requests-log.js';
import { Connections } from './server/connections.js';
import { accountRoutes } from './server/control-accounts.js';
import { controlRoutes } from './server/control.js';
import { faultRoutes } from './server/control-faults.js';
import { marketRoutes } from './server/control-markets.js';
import { Outbox } from './server/peer.js';
import { RequestDesk } from './server/request-desk.js';
import { rawBodies } from './server/rest.js';
import { RestRouter } from './server/rest-router.js';
import { STANDARD_SOCKET_LIMITS } from './server/socket-limits.js';
import { Sockets, type VenueRoute } from './server/sockets.js';
import { SpotHost } from './server/spot-host.js';
import { futuresRoutes } from './server/futures/control.js';
import type { FuturesHost } from './server/futures/futures-host.js';
import { futuresName, openFutures } from './server/futures/open-futures.js';
import { statusPage } from './server/status-page.js';
import type { Simulator, SimulatorOptions, VenueSpec } from './simulator-options.js';
import { STANDARD_LIMITS } from './venue/limits.js';
import { loadRules } from './venue/rules.js';

/** ccxt's name of the simulated exchange. */
const VENUE = 'binance';
/** Clients keep idle connections for 60 s; the server must not close them first. */
const KEEP_ALIVE_MS = 75_000;
const CONNECTION_LIFE_MS = 24 * 60 * 60 * 1000;
const BUNDLED = fileURLToPath(new URL('../data/btcusdt-spot-20240808.jsonl.gz', import.meta.url));

/** Starts a simulator; when it resolves, every market with data has a quote. @throws Error on bad files, state or options. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const rules = loadRules();
  checkMarkets(options);
  const clock = options.clock === 'virtual' ? new VirtualClock(Date.now()) : undefined;
  const factory = new SourceFactory(rules, { loop: options.loop ?? false, seed: options.seed ?? 1 });
  const outbox = new Outbox();
  const connections = new Connections();
  const faults = new Faults(connections, clock ?? wallClock);
  const referee = new Referee();
  const log = new RequestsLog();
  const front = new FrontDesk(log, referee.violations, faults.requests);
  const hosts = venueSpecs(options.venues).map(
    ({ name, prefix }, place) =>
      new SpotHost({
        name,
        prefix,
        clock: clock ?? wallClock,
        limits: { ...STANDARD_LIMITS, ...options.limits },
        rules,
        sources: sourcesOf(factory, name, options),
        outbox,
        desk: new RequestDesk(front.handle),
        gate: faults.gateOf(name),
        referee,
        ...(options.state === undefined
          ? {}
          : { state: place === 0 ? options.state : `${options.state}.${name}` }),
        ...(options.seed === undefined ? {} : { seed: options.seed + place }),
        ...(options.fillModel === undefined ? {} : { fillModel: options.fillModel }),
      }),
  );
  for (const venue of hosts) faults.addVenue(venue.name, spotEffects(venue));
  const { hosts: futures, factory: futuresFactory } = openFutures(hosts, {
    clock: clock ?? wallClock,
    outbox,
    desk: new RequestDesk(front.handle),
    faults,
    referee,
    sources: { loop: options.loop ?? false, seed: options.seed ?? 1 },
    markets: options.markets ?? [],
    seed: options.seed,
    fillModel: options.fillModel,
    tuning: options.futures ?? {},
    state: options.state,
  });
  for (const venue of futures) faults.addVenue(venue.name, futuresEffects(venue));
  const all = [...hosts, ...futures];
  openAccounts(hosts, options.accounts ?? []);

  const batch = (deliver: () => void): void =>
    outbox.batch(() => {
      deliver();
      for (const host of all) host.flush();
    });
  const timeline = new Timeline({ speed: options.speed ?? 1, batch, ...(clock ? { clock } : {}) });
  timeline.add(...all.flatMap((host) => host.sources));
  timeline.paused = options.paused ?? false;

  const router = new RestRouter();
  for (const host of all) host.routes(router);
  const app = Fastify({
    forceCloseConnections: true,
    serverFactory: (handler) =>
      createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
        if (!router.serve(request, response)) handler(request, response);
      }),
  });
  rawBodies(app);
  statusPage(app);
  const sockets = new Sockets(app.server, (url) => routeOf(all, url), {
    outbox,
    connections,
    lifeMs: options.connectionLifeMs ?? CONNECTION_LIFE_MS,
    limits: { ...STANDARD_SOCKET_LIMITS, ...options.socketLimits },
  });
  controlRoutes(app, { hosts, futures, timeline, connections: () => connections.count });
  accountRoutes(app, hosts);
  faultRoutes(app, { faults, log, referee, venues: all });
  futuresRoutes(app, futures);
  const venues = [
    ...hosts.map((venue) => ({ venue, factory })),
    ...futures.map((venue) => ({ venue, factory: futuresFactory })),
  ];
  const exchange = clock ?? wallClock;
  marketRoutes(app, { venues, timeline, now: () => exchange.now(), clock, batch });

  const host = options.host ?? '127.0.0.1';
  await app.listen({ port: options.port ?? 0, host });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  for (const venue of all) venue.start();
  timeline.start();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    timeline.stop();
    faults.close();
    for (const venue of all) venue.stop();
    // At once, because the process may be killed while connections end, and again for what came in meanwhile.
    for (const venue of all) venue.save();
    sockets.close();
    await app.close();
    for (const venue of all) venue.save();
  };
  return {
    port,
    url: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    accounts: hosts.flatMap(({ name, venue }) =>
      venue.accounts.all().map(({ apiKey, apiSecret }) => ({ venue: name, apiKey, apiSecret })),
    ),
    advance: (ms) => timeline.advance(ms),
    close: () => (closing ??= close()),
  };
}

/** The main venue has no prefix unless it is given one. @throws RangeError on a name or prefix that comes twice. */
function venueSpecs(specs: readonly VenueSpec[] = []): VenueSpec[] {
  const venues = specs.length > 0 ? [...specs] : [{ name: VENUE, prefix: '' }];
  for (const [what, values] of [
    ['name', venues.map(({ name }) => name)],
    ['prefix', venues.map(({ prefix }) => prefix)],
  ] as const) {
    const twice = values.find((value, place) => values.indexOf(value) !== place);
    if (twice !== undefined) throw new RangeError(`two venues have the ${what} "${twice}"`);
  }
  return venues;
}

/** @throws RangeError when a market is for a venue that there is not. */
function checkMarkets({ markets = [], venues }: SimulatorOptions): void {
  const names = venueSpecs(venues).flatMap(({ name }) => [name, futuresName(name)]);
  for (const { venue } of markets) {
    if (venue !== undefined && !names.includes(venue)) throw new RangeError(`there is no venue ${venue}`);
  }
}

/** What drives the markets of a venue: the tick files, or the bundled ones without any market, and the markets for it. */
function sourcesOf(factory: SourceFactory, venue: string, options: SimulatorOptions): MarketSource[] {
  const { replay = [], markets = [] } = options;
  const asked = markets.filter((market) => (market.venue ?? venue) === venue);
  const files = replay.length === 0 && asked.length === 0 ? [BUNDLED] : replay;
  return [...(files.length > 0 ? factory.replay(files) : []), ...asked.map((market) => factory.open(market))];
}

/** The venue with the longest prefix that the path has; spot and futures share theirs and know their own paths. */
function routeOf(hosts: readonly (SpotHost | FuturesHost)[], url: URL): VenueRoute | undefined {
  const found = hosts
    .filter(({ prefix }) => url.pathname.startsWith(`${prefix}/`))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  for (const host of found.filter(({ prefix }) => prefix === found[0]?.prefix)) {
    const route = host.socketRoute(new URL(url.pathname.slice(host.prefix.length) + url.search, url));
    if (route) return { ...route, venue: host.name };
  }
  return undefined;
}

/** Opens each account at its venue. @throws RangeError when an account names a venue that there is not. */
function openAccounts(hosts: readonly SpotHost[], specs: readonly AccountSpec[]): void {
  const main = hosts[0]?.name;
  for (const { venue = main } of specs) {
    if (!hosts.some(({ name }) => name === venue)) throw new RangeError(`there is no venue ${venue}`);
  }
  for (const host of hosts) host.openAccounts(specs.filter(({ venue = main }) => venue === host.name));
}
