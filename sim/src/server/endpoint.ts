import type { Account } from '../account/accounts.js';
import { refuse, VenueError } from '../venue/errors.js';
import type { Params } from '../venue/params.js';
import { checkSignature, checkTimestamp } from '../venue/signature.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import { weightOf, type Route } from '../venue/weights.js';

/** What an endpoint's handler gets. */
export interface Call {
  params: Params;
  now: number;
  /** Headers the handler adds to its answer. */
  headers: Record<string, string>;
}

export interface SignedCall extends Call {
  account: Account;
}

/** One endpoint of the exchange's API, whatever carries the request. */
export type Endpoint =
  | { route: Route; signed: false; handle: (call: Call) => unknown }
  | { route: Route; signed: true; handle: (call: SignedCall) => unknown };

export function publicEndpoint(route: Route, handle: (call: Call) => unknown): Endpoint {
  return { route, signed: false, handle };
}

export function signedEndpoint(route: Route, handle: (call: SignedCall) => unknown): Endpoint {
  return { route, signed: true, handle };
}

/** A request as it came in. */
export interface Incoming {
  ip: string;
  apiKey: string | undefined;
  readParams: () => Params;
  /** The text that must have been signed. */
  payload: (params: Params) => string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Runs a request through limits, authentication and its handler; every refusal becomes the exchange's answer. */
export function answer(venue: SpotVenue, endpoint: Endpoint, incoming: Incoming): Answer {
  const headers: Record<string, string> = {};
  try {
    const params = incoming.readParams();
    const used = venue.limits.addWeight(incoming.ip, weightOf(endpoint.route, params));
    headers['X-MBX-USED-WEIGHT'] = headers['X-MBX-USED-WEIGHT-1M'] = String(used);
    venue.limits.checkWeight(incoming.ip);
    const call: Call = { params, now: venue.clock.now(), headers };
    const body = endpoint.signed
      ? endpoint.handle({ ...call, account: authenticate(venue, incoming, params) })
      : endpoint.handle(call);
    return { status: 200, headers, body };
  } catch (error) {
    return failure(error, headers);
  }
}

/** The account that signed a request. @throws VenueError -2014, -2015, -1021, -1022 or -1102. */
export function authenticate(
  venue: SpotVenue,
  incoming: Pick<Incoming, 'apiKey' | 'payload'>,
  params: Params,
): Account {
  const { apiKey } = incoming;
  if (apiKey === undefined || !/^[A-Za-z0-9_-]{1,128}$/.test(apiKey)) throw refuse.keyFormat();
  const account = venue.accounts.get(apiKey);
  if (!account) throw refuse.keyRefused();
  checkTimestamp(params, venue.clock.now());
  checkSignature(account, incoming.payload(params), params);
  return account;
}

/** What the exchange answers to a refusal; anything else is our fault, logged and answered with -1000. */
export function failure(error: unknown, headers: Record<string, string>): Answer {
  if (error instanceof VenueError) {
    return { status: error.status, headers: { ...headers, ...error.headers }, body: error.body() };
  }
  process.stderr.write(
    `simulator: request failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  const unknown = refuse.unknown();
  return { status: unknown.status, headers, body: unknown.body() };
}
