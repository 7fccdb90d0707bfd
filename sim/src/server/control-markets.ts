import type { FastifyInstance } from 'fastify';
import type { VirtualClock } from '../clock.js';
import { parseMarketSpec } from '../market/market-spec.js';
import { readPrice, readScript } from '../market/open-source.js';
import { ScriptedSource } from '../market/scripted-source.js';
import type { Timeline } from '../market/timeline.js';
import type { SymbolRules } from '../venue/rules.js';
import { marketStatus } from './control.js';
import { command, readJson } from './control-input.js';
import type { DrivenParts } from './driven-venue.js';

export interface MarketControlParts {
  /** The venues, the main one first, spot and futures. */
  venues: readonly DrivenParts[];
  timeline: Timeline;
  /** Ms. */
  now: () => number;
  /** Undefined when exchange time is wall time. */
  clock: VirtualClock | undefined;
  /** Wraps a change of markets, so that its messages leave together. */
  batch: (change: () => void) => void;
}

/** A day: longer steps would keep the simulator busy for too long to answer. */
const MAX_STEP_MS = 24 * 60 * 60 * 1000;

/** Prices, scripts, new markets and time by hand, under `/_sim`. */
export function marketRoutes(app: FastifyInstance, parts: MarketControlParts): void {
  const { venues, timeline, now, clock, batch } = parts;
  const post = (path: string, run: (body: Record<string, unknown>) => unknown): void => {
    app.post<{ Body: unknown }>(`/_sim/${path}`, (request, reply) =>
      command(() => run(readJson(request.body)), reply),
    );
  };

  post('price', (body) => {
    const { source, rules, quote } = scriptedMarket(venues, body);
    const price = readPrice(rules, body['price'], 'price');
    batch(() => source.setPrice(price));
    return quote();
  });

  post('gap', (body) => {
    const { source, rules, quote } = scriptedMarket(venues, body);
    const price = readPrice(rules, body['to'], 'to');
    batch(() => source.gapTo(price));
    return quote();
  });

  post('script', (body) => {
    const { source, rules, quote } = scriptedMarket(venues, body);
    const script = readScript(rules, body['steps']);
    source.run(script, body['loop'] === true);
    return quote();
  });

  post('markets', (body) => {
    const { market } = body;
    if (typeof market !== 'string')
      throw new RangeError('market must be a text, e.g. "SOLUSDT=gbm:price=150"');
    const spec = parseMarketSpec(market);
    const { venue, factory } = drivenBy(venues, spec.venue);
    const source = factory.open(spec);
    batch(() => venue.addSource(source));
    timeline.add(source);
    return { venue: venue.name, symbol: spec.symbol };
  });

  post('step', (body) => {
    timeline.advance(milliseconds(body, 'ms'));
    return { time: now() };
  });

  post('clock', (body) => {
    if (!clock) throw new RangeError('exchange time is wall time; start with --clock virtual to move it');
    clock.advance(milliseconds(body, 'advanceMs'));
    return { time: clock.now() };
  });
}

interface ScriptedMarket {
  source: ScriptedSource;
  rules: SymbolRules;
  /** The market as it stands, for the answer. */
  quote: () => unknown;
}

/** The venue a command names, the main one when it names none. @throws RangeError when there is no such venue. */
function drivenBy(venues: readonly DrivenParts[], name: unknown): DrivenParts {
  const found = name === undefined ? venues[0] : venues.find(({ venue }) => venue.name === name);
  if (!found) throw new RangeError(`there is no venue ${String(name)}`);
  return found;
}

/** The market a command is for. @throws RangeError unless its price is set by hand or by a script. */
function scriptedMarket(
  venues: readonly DrivenParts[],
  { venue: name, symbol }: Record<string, unknown>,
): ScriptedMarket {
  const { venue } = drivenBy(venues, name);
  const source = venue.sources.find((found) => found.symbol === symbol);
  const rules = typeof symbol === 'string' ? venue.rulesOf(symbol) : undefined;
  if (!source || !rules)
    throw new RangeError(`symbol ${String(symbol)} has no market source at ${venue.name}`);
  if (!(source instanceof ScriptedSource)) {
    throw new RangeError(
      `the price of ${rules.symbol} comes from data; only manual and script markets can be set`,
    );
  }
  return { source, rules, quote: () => marketStatus(venue.bookOf(rules.symbol)) };
}

function milliseconds(body: Record<string, unknown>, name: string): number {
  const value = body[name];
  if (typeof value !== 'number' || !(value > 0 && value <= MAX_STEP_MS)) {
    throw new RangeError(`${name} must be above 0 and at most ${MAX_STEP_MS}`);
  }
  return value;
}
