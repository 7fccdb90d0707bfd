import { VenueError, type VenueErrorKind } from '../venue-error.js';
import type { CcxtErrors } from './load-ccxt.js';

/**
 * Binance's own error numbers (REST API error codes). They decide before ccxt's classes do, because the class depends
 * on the URL and on the history of the instance.
 */
const BY_NUMBER: Readonly<Record<number, { kind: VenueErrorKind; code: string }>> = {
  [-1000]: { kind: 'unavailable', code: 'VENUE_UNKNOWN_ERROR' },
  [-1001]: { kind: 'unavailable', code: 'VENUE_DISCONNECTED' },
  [-1003]: { kind: 'limited', code: 'TOO_MANY_REQUESTS' },
  [-1006]: { kind: 'unavailable', code: 'VENUE_UNEXPECTED_RESPONSE' },
  [-1007]: { kind: 'unavailable', code: 'VENUE_TIMEOUT' },
  [-1008]: { kind: 'unavailable', code: 'VENUE_BUSY' },
  [-1015]: { kind: 'limited', code: 'TOO_MANY_ORDERS' },
  [-1002]: { kind: 'auth', code: 'NOT_AUTHORISED' },
  [-1021]: { kind: 'refused', code: 'CLOCK_OUT_OF_WINDOW' },
  [-1022]: { kind: 'auth', code: 'SIGNATURE_REFUSED' },
  [-1121]: { kind: 'unknown-market', code: 'MARKET_UNKNOWN' },
  [-2011]: { kind: 'unknown-order', code: 'ORDER_UNKNOWN' },
  [-2013]: { kind: 'unknown-order', code: 'ORDER_UNKNOWN' },
  [-2014]: { kind: 'auth', code: 'KEY_MALFORMED' },
  [-2015]: { kind: 'auth', code: 'KEY_REFUSED' },
  [-2026]: { kind: 'refused', code: 'ORDER_ARCHIVED' },
};

/** -2010 and -1013 tell their cause only in words. */
const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/insufficient balance/i, 'INSUFFICIENT_FUNDS'],
  [/immediately match and take/i, 'WOULD_CROSS'],
  [/duplicate order/i, 'DUPLICATE_CLIENT_ORDER_ID'],
  [/market is closed/i, 'MARKET_CLOSED'],
];

function codeOfText(text: string): string | null {
  const filter = /Filter failure: ([A-Z_]+)/.exec(text)?.[1];
  if (filter !== undefined) return `FILTER_${filter}`;
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function numberIn(text: string): number | null {
  const digits = /"code"\s*:\s*"?(-?\d+)/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Message without URLs, which may carry a signature. */
function clean(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/https?:\/\/\S+/g, '(url)').slice(0, 400);
}

/** Turns whatever ccxt threw into what it means. */
export function toVenueError(error: unknown, errors: CcxtErrors): VenueError {
  if (error instanceof VenueError) return error;
  const text = clean(error);
  const make = (kind: VenueErrorKind, code: string): VenueError =>
    new VenueError(kind, code, text, { cause: error });
  const number = numberIn(text);
  if (number !== null) {
    const known = BY_NUMBER[number];
    if (known !== undefined) return make(known.kind, known.code);
    if (number === -2010 || number === -1013) return make('refused', codeOfText(text) ?? 'ORDER_REJECTED');
    if (number <= -1100 && number > -1200) return make('refused', 'PARAMETER_REFUSED');
    return make('refused', 'ORDER_REJECTED');
  }
  // For some refusals ccxt keeps the words and drops the number.
  const told = codeOfText(text);
  if (told !== null) return make('refused', told);
  if (error instanceof errors.DDoSProtection || error instanceof errors.RateLimitExceeded) {
    return make('limited', 'TOO_MANY_REQUESTS');
  }
  if (error instanceof errors.AuthenticationError) return make('auth', 'KEY_REFUSED');
  if (error instanceof errors.BadSymbol) return make('unknown-market', 'MARKET_UNKNOWN');
  if (error instanceof errors.InvalidNonce) return make('refused', 'CLOCK_OUT_OF_WINDOW');
  if (error instanceof errors.OperationFailed) return make('unavailable', 'VENUE_UNAVAILABLE');
  if (error instanceof errors.OrderNotFound) return make('unknown-order', 'ORDER_UNKNOWN');
  if (error instanceof errors.ExchangeError && error.constructor !== errors.ExchangeError) {
    return make('refused', 'ORDER_REJECTED');
  }
  // A bare ExchangeError without a number, a TypeError from a body that is no JSON: no clear answer.
  return make('unavailable', 'VENUE_ANSWER_UNREADABLE');
}
