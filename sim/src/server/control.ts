import type { FastifyInstance } from 'fastify';
import { readAccountSpec } from '../account/account-spec.js';
import { ledgerReport } from '../ledger/report.js';
import type { SpotMarket } from '../market/spot-market.js';
import type { Timeline } from '../market/timeline.js';
import { levelJson } from '../venue/market-formats.js';
import { priceText } from '../venue/rules.js';
import { command, hostOf, readJson } from './control-input.js';
import type { FuturesHost } from './futures/futures-host.js';
import type { SpotHost } from './spot-host.js';

export interface ControlParts {
  /** The venues, the main one first. */
  hosts: readonly SpotHost[];
  futures: readonly FuturesHost[];
  timeline: Timeline;
  /** Connected WebSocket clients. */
  connections: () => number;
}

/** The simulator's own interface under `/_sim`: not part of the exchange, no signature, loopback. */
export function controlRoutes(app: FastifyInstance, parts: ControlParts): void {
  const { hosts, timeline } = parts;

  app.get('/_sim/status', () => status(parts));

  app.get<{ Querystring: { venue?: string; apiKey?: string } }>('/_sim/ledger', (request, reply) => {
    const { venue: name, apiKey } = request.query;
    const reports = hosts
      .filter((host) => name === undefined || host.name === name)
      .map(({ venue, ledger, rules }) => {
        const accounts = venue.accounts
          .all()
          .filter((found) => apiKey === undefined || found.apiKey === apiKey);
        return ledgerReport(venue, ledger, rules, accounts);
      });
    const accounts = reports.flatMap((report) => report.accounts);
    if (accounts.length === 0) {
      return reply.code(404).send({
        error: `no account has apiKey ${apiKey ?? 'of any kind'} at venue ${name ?? 'of any name'}`,
      });
    }
    return { accounts, checks: reports.flatMap((report) => report.checks) };
  });

  app.post<{ Body: unknown }>('/_sim/accounts', (request, reply) =>
    reply.code(201).send(
      command(() => {
        const body = readJson(request.body);
        const { name, venue } = hostOf(hosts, body['venue']);
        const spec = readAccountSpec(body, venue.ids);
        venue.openAccount(spec);
        return { venue: name, apiKey: spec.apiKey, apiSecret: spec.apiSecret };
      }, reply),
    ),
  );

  app.post<{ Body: unknown }>('/_sim/replay', (request, reply) =>
    command(() => {
      const { paused, speed } = readJson(request.body);
      if (paused !== undefined && typeof paused !== 'boolean')
        throw new RangeError('paused must be true or false');
      if (speed !== undefined && typeof speed !== 'number') throw new RangeError('speed must be a number');
      if (speed !== undefined) timeline.speed = speed;
      if (paused !== undefined) timeline.paused = paused;
      return status(parts);
    }, reply),
  );
}

/** The main venue at the top, every venue in `venues`. */
function status({ hosts, futures, timeline, connections }: ControlParts): Record<string, unknown> {
  const [main] = hosts.map(venueStatus);
  return {
    ...main,
    replay: {
      speed: timeline.speed,
      paused: timeline.paused,
      sources: [...hosts, ...futures].flatMap(({ name, sources }) =>
        sources.map(({ symbol, position, length, loops, ended }) => ({
          venue: name,
          symbol,
          positionMs: Math.round(position),
          lengthMs: Number.isFinite(length) ? Math.round(length) : null,
          loops,
          ended,
        })),
      ),
    },
    counts: { ...(hosts[0] && counts(hosts[0])), connections: connections() },
    venues: hosts.map((host) => ({ ...venueStatus(host), prefix: host.prefix, counts: counts(host) })),
    futures: futures.map(({ name, prefix, venue }) => ({
      venue: name,
      prefix,
      symbols: venue.markets().map(({ book }) => marketStatus(book)),
    })),
  };
}

function venueStatus({ name, venue }: SpotHost): Record<string, unknown> {
  return {
    venue: name,
    time: venue.clock.now(),
    symbols: venue.markets().map(marketStatus),
  };
}

/** A market's prices and ids as they stand. */
export function marketStatus(market: SpotMarket): Record<string, unknown> {
  return {
    symbol: market.rules.symbol,
    bid: market.best.bid && levelJson(market.rules, market.best.bid)[0],
    ask: market.best.ask && levelJson(market.rules, market.best.ask)[0],
    last: priceText(market.rules, market.lastPrice()),
    updateId: market.updateId,
    nextTradeId: market.nextTradeId,
  };
}

function counts({ venue }: SpotHost): Record<string, number> {
  return { accounts: venue.accounts.all().length, ...venue.store.counts() };
}
