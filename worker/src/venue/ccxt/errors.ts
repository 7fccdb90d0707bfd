import { codeInfo } from '../error-catalogue.js';
import { NotSentError, VenueError } from '../venue-error.js';
import { codeOfNumber, codeOfText, type BinanceApi } from './binance-codes.js';
import type { CcxtErrors } from './load-ccxt.js';

const make = (code: string, text: string, cause?: unknown, retryAt?: number): VenueError =>
  new VenueError(codeInfo(code).kind, code, text, {
    ...(cause === undefined ? {} : { cause }),
    ...(retryAt === undefined ? {} : { retryAt }),
  });

function numberIn(text: string): number | null {
  const digits = /"code"\s*:\s*"?(-\d+)/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Message without URLs, which may carry a signature. */
function clean(text: string): string {
  return text.replace(/https?:\/\/\S+/g, '(url)').slice(0, 400);
}

/** Whether a URL belongs to the futures API, on whatever host. */
export function apiOf(url: string): BinanceApi {
  return /\/fapi\/|\/ws-fapi\//.test(url) ? 'linear' : 'spot';
}

export interface HttpAnswer {
  status: number;
  url: string;
  body: string;
  /** Value of Retry-After in ms, null when there is none. */
  retryAfterMs: number | null;
}

/**
 * What an HTTP answer of the exchange says, by status and number alone: ccxt's classes depend on the host and on the
 * history of the instance. Null for an answer that is no error.
 */
export function errorOfAnswer(answer: HttpAnswer, now: number): VenueError | null {
  const { status } = answer;
  if (status < 400) return null;
  const text = clean(`HTTP ${status} ${answer.body}`);
  const number = numberIn(answer.body);
  const retryAt = answer.retryAfterMs === null ? undefined : now + answer.retryAfterMs;
  if (status === 418) return make('VENUE_BANNED', text, undefined, retryAt);
  if (status === 429) {
    const code = number === -1015 ? 'TOO_MANY_ORDERS' : 'TOO_MANY_REQUESTS';
    return make(code, text, undefined, retryAt);
  }
  const told = number === null ? null : codeOfNumber(number, answer.body, apiOf(answer.url));
  // A 5xx leaves the execution open even when its number sounds like a refusal.
  if (status >= 500) {
    return make(told !== null && codeInfo(told).phase === 'ambiguous' ? told : 'VENUE_UNAVAILABLE', text);
  }
  if (told !== null) return make(told, text, undefined, retryAt);
  if (status === 403) return make('VENUE_FORBIDDEN', text, undefined, retryAt);
  return make('VENUE_ANSWER_UNREADABLE', text);
}

/** Turns whatever ccxt threw into what it means. */
export function toVenueError(error: unknown, errors: CcxtErrors, api: BinanceApi = 'spot'): VenueError {
  if (error instanceof VenueError) return error;
  if (error instanceof NotSentError) {
    return make(error.code, error.message, error, error.retryAt ?? undefined);
  }
  const text = clean(error instanceof Error ? error.message : String(error));
  const number = numberIn(text);
  if (number !== null) return make(codeOfNumber(number, text, api), text, error);
  const told = codeOfText(text);
  if (told !== null) return make(told, text, error);
  if (error instanceof errors.DDoSProtection || error instanceof errors.RateLimitExceeded) {
    return make('TOO_MANY_REQUESTS', text, error);
  }
  if (error instanceof errors.AuthenticationError) return make('KEY_REFUSED', text, error);
  if (error instanceof errors.BadSymbol) return make('MARKET_UNKNOWN', text, error);
  if (error instanceof errors.InvalidNonce) return make('CLOCK_OUT_OF_WINDOW', text, error);
  if (error instanceof errors.OperationFailed) return make('VENUE_UNAVAILABLE', text, error);
  if (error instanceof errors.OrderNotFound) return make('ORDER_UNKNOWN', text, error);
  if (error instanceof errors.InsufficientFunds) return make('INSUFFICIENT_FUNDS', text, error);
  if (error instanceof errors.OrderImmediatelyFillable) return make('WOULD_CROSS', text, error);
  if (error instanceof errors.ExchangeError && error.constructor !== errors.ExchangeError) {
    return make('ORDER_REJECTED', text, error);
  }
  // A bare ExchangeError without a number, a TypeError from a body that is no JSON: no clear answer.
  return make('VENUE_ANSWER_UNREADABLE', text, error);
}
