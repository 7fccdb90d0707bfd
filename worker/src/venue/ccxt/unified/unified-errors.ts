import { codeOfText } from '../binance-codes.js';
import { codeInfo, type VenueCode } from '../../error-catalogue.js';
import { NotSentError, VenueError } from '../../venue-error.js';
import type { UnifiedErrors } from './load-exchange.js';

type ErrorName = Exclude<keyof UnifiedErrors, 'BaseError'>;

/** What ccxt's classes mean, the special ones before those they descend from. */
const CODES: readonly (readonly [ErrorName, VenueCode])[] = [
  ['DuplicateOrderId', 'DUPLICATE_CLIENT_ORDER_ID'],
  ['OrderImmediatelyFillable', 'WOULD_CROSS'],
  ['OrderNotFound', 'ORDER_UNKNOWN'],
  ['InsufficientFunds', 'INSUFFICIENT_FUNDS'],
  ['MarketClosed', 'MARKET_CLOSED'],
  ['BadSymbol', 'MARKET_UNKNOWN'],
  ['PermissionDenied', 'NOT_AUTHORISED'],
  ['AuthenticationError', 'KEY_REFUSED'],
  ['InvalidNonce', 'CLOCK_OUT_OF_WINDOW'],
  ['RateLimitExceeded', 'TOO_MANY_REQUESTS'],
  ['DDoSProtection', 'TOO_MANY_REQUESTS'],
  // Time-outs, resets, 5xx: nobody knows what became of the request.
  ['OperationFailed', 'VENUE_UNAVAILABLE'],
  ['NotSupported', 'VENUE_CANNOT'],
  ['InvalidOrder', 'ORDER_REJECTED'],
  ['BadRequest', 'PARAMETER_REFUSED'],
];

/**
 * What an error of any exchange means, by ccxt's class for it and by its words. What tells neither is no clear answer:
 * the order may be there.
 */
export function unifiedError(error: unknown, errors: UnifiedErrors): VenueError {
  if (error instanceof VenueError) return error;
  const text = (error instanceof Error ? error.message : String(error)).replace(/https?:\/\/\S+/g, '(url)');
  const make = (code: string, retryAt?: number): VenueError =>
    new VenueError(codeInfo(code).kind, code, text.slice(0, 400), {
      cause: error,
      ...(retryAt === undefined ? {} : { retryAt }),
    });
  if (error instanceof NotSentError) return make(error.code, error.retryAt ?? undefined);
  const isUnclear = error instanceof errors.OperationFailed;
  const told = isUnclear ? null : codeOfText(text);
  if (told !== null) return make(told);
  const known = CODES.find(([name]) => error instanceof errors[name]);
  if (known !== undefined) return make(known[1]);
  if (error instanceof errors.ExchangeError && error.constructor !== errors.ExchangeError) {
    return make('ORDER_REJECTED');
  }
  return make('VENUE_ANSWER_UNREADABLE');
}
