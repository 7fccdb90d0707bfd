import type { FastifyInstance } from 'fastify';
import type { AccountSpec } from '../account/accounts.js';
import type { Ledger } from '../ledger/ledger.js';
import { ledgerReport } from '../ledger/report.js';
import type { MarketSource } from '../market/source.js';
import type { Timeline } from '../market/timeline.js';
import { levelJson } from '../venue/market-formats.js';
import { priceText, type SymbolRules } from '../venue/rules.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import { readAccountSpec } from '../account/account-spec.js';

export interface ControlParts {
  venue: SpotVenue;
  ledger: Ledger;
  rules: ReadonlyMap<string, SymbolRules>;
  sources: readonly MarketSource[];
  timeline: Timeline;
  /** Connected WebSocket clients. */
  connections: () => number;
}

/** The simulator's own interface under `/_sim`: not part of the exchange, no signature, loopback. */
export function controlRoutes(app: FastifyInstance, parts: ControlParts): void {
  const { venue, ledger, rules, timeline } = parts;

  app.get('/_sim/status', () => status(parts));

  app.get<{ Querystring: { apiKey?: string } }>('/_sim/ledger', (request, reply) => {
    const { apiKey } = request.query;
    const accounts = venue.accounts
      .all()
      .filter((account) => apiKey === undefined || account.apiKey === apiKey);
    if (apiKey !== undefined && accounts.length === 0) {
      return reply.code(404).send({ error: `no account has apiKey ${apiKey}` });
    }
    return ledgerReport(venue, ledger, rules, accounts);
  });

  app.post<{ Body: unknown }>('/_sim/accounts', (request, reply) =>
    reply.code(201).send(
      command(() => {
        const spec: AccountSpec = readAccountSpec(readJson(request.body), venue.ids);
        venue.openAccount(spec);
        return { venue: venue.name, apiKey: spec.apiKey, apiSecret: spec.apiSecret };
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

/** A wrong command answers 400 with the reason and changes nothing. */
function command(run: () => unknown, reply: { code(status: number): unknown }): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reply.code(400);
    return { error: error.message };
  }
}

function readJson(body: unknown): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new RangeError('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError('the body is not an object');
  return value as Record<string, unknown>;
}

function status({ venue, sources, timeline, connections }: ControlParts): Record<string, unknown> {
  return {
    venue: venue.name,
    time: venue.clock.now(),
    replay: {
      speed: timeline.speed,
      paused: timeline.paused,
      sources: sources.map(({ symbol, position, length, loops, ended }) => ({
        symbol,
        positionMs: Math.round(position),
        lengthMs: Math.round(length),
        loops,
        ended,
      })),
    },
    symbols: venue.markets().map((market) => ({
      symbol: market.rules.symbol,
      bid: market.best.bid && levelJson(market.rules, market.best.bid)[0],
      ask: market.best.ask && levelJson(market.rules, market.best.ask)[0],
      last: priceText(market.rules, market.lastPrice()),
      updateId: market.updateId,
      nextTradeId: market.nextTradeId,
    })),
    counts: { accounts: venue.accounts.all().length, ...venue.store.counts(), connections: connections() },
  };
}
