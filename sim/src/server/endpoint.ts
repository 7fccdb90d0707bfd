import type { Account, Accounts } from '../account/accounts.js';
import { refuse, VenueError } from '../venue/errors.js';
import type { Params } from '../venue/params.js';
import { checkSignature, checkTimestamp } from '../venue/signature.js';
import type { Clock } from '../clock.js';
import type { RateLimits } from '../venue/limits.js';
import { weightOf, type Route } from '../venue/weights.js';

/** What every kind of venue has for requests to pass through. */
export interface RequestVenue {
  readonly name: string;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly limits: RateLimits;
}

/** What an endpoint's handler gets. */
export interface Call {
  params: Params;
  now: number;
  /** Queries answer with what was true so long ago, ms; 0 but for a lagging replica. */
  lag: number;
  /** Headers the handler adds to its answer. */
  headers: Record<string, string>;
}

export interface SignedCall extends Call {
  account: Account;
}

interface Routed {
  /** Method and path, e.g. "GET /api/v3/time". */
  route: string;
  /** Request weight, by IP. */
  weight: (params: Params) => number;
}

/** One endpoint of the exchange's API, whatever carries the request; `key` needs an API key but no signature. */
export type Endpoint = Routed &
  (
    | { security: 'none'; handle: (call: Call) => unknown }
    | { security: 'key' | 'signed'; handle: (call: SignedCall) => unknown }
  );

export function publicEndpoint(route: Route, handle: (call: Call) => unknown): Endpoint {
  return { route, weight: (params) => weightOf(route, params), security: 'none', handle };
}

export function signedEndpoint(route: Route, handle: (call: SignedCall) => unknown): Endpoint {
  return { route, weight: (params) => weightOf(route, params), security: 'signed', handle };
}

/** A request as it came in. */
export interface Incoming {
  ip: string;
  apiKey: string | undefined;
  readParams: () => Params;
  /** The text that must have been signed. */
  payload: (params: Params) => string;
}

/** How an answer is to differ from the usual. */
export interface AnswerOptions {
  /** How far the exchange's clock is off for this request, ms. */
  clockOffset?: number;
  /** How far behind the replica is that answers queries, ms. */
  lag?: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  /** Request weight it was charged with. */
  weight: number;
}

/** Runs a request through limits, authentication and its handler; every refusal becomes the exchange's answer. */
export function answer(
  venue: RequestVenue,
  endpoint: Endpoint,
  incoming: Incoming,
  { clockOffset = 0, lag = 0 }: AnswerOptions = {},
): Answer {
  const headers: Record<string, string> = {};
  let weight = 0;
  try {
    venue.limits.checkBan(incoming.ip);
    const params = incoming.readParams();
    weight = endpoint.weight(params);
    const used = venue.limits.addWeight(incoming.ip, weight);
    headers['X-MBX-USED-WEIGHT'] = headers['X-MBX-USED-WEIGHT-1M'] = String(used);
    venue.limits.checkWeight(incoming.ip);
    const now = venue.clock.now() + clockOffset;
    const body =
      endpoint.security === 'none'
        ? endpoint.handle({ params, now, lag, headers })
        : endpoint.handle({
            params,
            now,
            lag,
            headers,
            account: accountOf(venue, endpoint.security, incoming, params, now),
          });
    return { status: 200, headers, body, weight };
  } catch (error) {
    return { ...failure(error, headers), weight };
  }
}

function accountOf(
  venue: RequestVenue,
  security: 'key' | 'signed',
  incoming: Incoming,
  params: Params,
  now: number,
): Account {
  return security === 'key' ? identify(venue, incoming) : authenticate(venue, incoming, params, now);
}

const API_KEY = /^[A-Za-z0-9_-]{1,128}$/;

/** The account of an API key. @throws VenueError -2014 or -2015. */
function identify(venue: RequestVenue, { apiKey }: Pick<Incoming, 'apiKey'>): Account {
  const account = apiKey === undefined ? undefined : venue.accounts.get(apiKey);
  if (!account && (apiKey === undefined || !API_KEY.test(apiKey))) throw refuse.keyFormat();
  if (!account || account.revoked) throw refuse.keyRefused();
  return account;
}

/** The account that signed a request. @throws VenueError -2014, -2015, -1021, -1022 or -1102. */
export function authenticate(
  venue: RequestVenue,
  incoming: Pick<Incoming, 'apiKey' | 'payload'>,
  params: Params,
  now = venue.clock.now(),
): Account {
  const account = identify(venue, incoming);
  checkTimestamp(params, now);
  checkSignature(account, incoming.payload(params), params);
  return account;
}

/** What the exchange answers to a refusal; anything else is our fault, logged and answered with -1000. */
export function failure(error: unknown, headers: Record<string, string>): Omit<Answer, 'weight'> {
  if (error instanceof VenueError) {
    return { status: error.status, headers: { ...headers, ...error.headers }, body: error.body() };
  }
  process.stderr.write(
    `simulator: request failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  const unknown = refuse.unknown();
  return { status: unknown.status, headers, body: unknown.body() };
}
