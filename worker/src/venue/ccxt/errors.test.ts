import { beforeAll, describe, expect, it } from 'vitest';
import { toVenueError } from './errors.js';
import { loadBinance, type CcxtErrors } from './load-ccxt.js';

let errors: CcxtErrors;
beforeAll(async () => {
  ({ errors } = await loadBinance());
});

const answer = (code: number, msg: string): string => `binance {"code":${code},"msg":"${msg}"}`;

describe('what a failed call means', () => {
  it.each([
    [-1007, 'Timeout waiting for response from backend server.', 'unavailable', 'VENUE_TIMEOUT'],
    [-1006, 'An unexpected response was received.', 'unavailable', 'VENUE_UNEXPECTED_RESPONSE'],
    [-1008, 'Server is currently overloaded.', 'unavailable', 'VENUE_BUSY'],
    [-1003, 'Too many requests.', 'limited', 'TOO_MANY_REQUESTS'],
    [-1015, 'Too many new orders.', 'limited', 'TOO_MANY_ORDERS'],
    [-1021, 'Timestamp for this request is outside of the recvWindow.', 'refused', 'CLOCK_OUT_OF_WINDOW'],
    [-1022, 'Signature for this request is not valid.', 'auth', 'SIGNATURE_REFUSED'],
    [-2014, 'API-key format invalid.', 'auth', 'KEY_MALFORMED'],
    [-2015, 'Invalid API-key, IP, or permissions for action.', 'auth', 'KEY_REFUSED'],
    [-1121, 'Invalid symbol.', 'unknown-market', 'MARKET_UNKNOWN'],
    [-2011, 'Unknown order sent.', 'unknown-order', 'ORDER_UNKNOWN'],
    [-2013, 'Order does not exist.', 'unknown-order', 'ORDER_UNKNOWN'],
    [-2026, 'Order was archived.', 'refused', 'ORDER_ARCHIVED'],
    [-2010, 'Account has insufficient balance for requested action.', 'refused', 'INSUFFICIENT_FUNDS'],
    [-2010, 'Duplicate order sent.', 'refused', 'DUPLICATE_CLIENT_ORDER_ID'],
    [-2010, 'Order would immediately match and take.', 'refused', 'WOULD_CROSS'],
    [-1013, 'Filter failure: NOTIONAL', 'refused', 'FILTER_NOTIONAL'],
    [-1013, 'Market is closed.', 'refused', 'MARKET_CLOSED'],
    [-1102, 'Mandatory parameter was not sent.', 'refused', 'PARAMETER_REFUSED'],
  ])('%i "%s" is %s (%s)', (code, msg, kind, ours) => {
    expect(toVenueError(new errors.ExchangeError(answer(code, msg)), errors)).toMatchObject({
      kind,
      code: ours,
    });
  });

  it('goes by the number even when ccxt chose another class', () => {
    const shown = new errors.DDoSProtection(answer(-2015, 'Invalid API-key, IP, or permissions for action.'));
    expect(toVenueError(shown, errors)).toMatchObject({ kind: 'auth', code: 'KEY_REFUSED' });
  });

  it('reads the words when ccxt dropped the number', () => {
    const shown = new errors.OrderImmediatelyFillable('binance Order would immediately match and take.');
    expect(toVenueError(shown, errors)).toMatchObject({ kind: 'refused', code: 'WOULD_CROSS' });
  });

  it.each([
    ['a client timeout', () => new errors.RequestTimeout('binance request timed out (10000 ms)')],
    ['a reset connection', () => new errors.NetworkError('socket hang up')],
    ['a 502 page', () => new errors.ExchangeNotAvailable('502 Bad Gateway <html>')],
    ['a body that is no JSON', () => new TypeError("Cannot read properties of null (reading 'orderId')")],
    ['a bare ExchangeError', () => new errors.ExchangeError('binance something else')],
  ])('%s leaves the outcome open', (_name, make) => {
    expect(toVenueError(make(), errors).kind).toBe('unavailable');
  });

  it('never repeats a URL, which may carry a signature', () => {
    const shown = new errors.NetworkError('GET http://h/api/v3/account?signature=abc failed');
    expect(toVenueError(shown, errors).message).not.toContain('abc');
  });
});
