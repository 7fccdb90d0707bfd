import { beforeAll, describe, expect, it } from 'vitest';
import { codeInfo, VENUE_CODES } from '../error-catalogue.js';
import { NotSentError } from '../venue-error.js';
import { createBinance } from './binance-client.js';
import type { HookedBinance } from './hooked-binance.js';
import { errorOfAnswer, toVenueError } from './errors.js';
import { loadBinance, type CcxtErrors } from './load-ccxt.js';

let errors: CcxtErrors;
let client: HookedBinance;
beforeAll(async () => {
  const { Binance, errors: loaded } = await loadBinance();
  errors = loaded;
  client = createBinance(Binance, { environment: 'sim', simUrl: 'http://127.0.0.1:1', credentials: null });
});

const HOST = 'http://127.0.0.1:1';
const SPOT = `${HOST}/api/v3/order`;
const LINEAR = `${HOST}/fapi/v1/order`;

/** What a client whose URLs are overridden makes of an answer: the way every real answer takes. */
function answered(url: string, status: number, body: string, headers: Record<string, string> = {}): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  try {
    client.handleErrors(status, '', url, 'POST', headers, body, parsed, {}, {});
  } catch (error) {
    return toVenueError(error, errors);
  }
  return null;
}

const json = (code: number, msg: string): string => JSON.stringify({ code, msg });

/** Number, words, our code; phase and kind follow from the catalogue and are repeated here on purpose. */
const BOTH = [
  [-1000, 'An unknown error occurred.', 'VENUE_UNKNOWN_ERROR', 'ambiguous'],
  [-1001, 'Internal error; unable to process your request.', 'VENUE_DISCONNECTED', 'ambiguous'],
  [-1002, 'You are not authorized to execute this request.', 'NOT_AUTHORISED', 'rejected'],
  [-1003, 'Too many requests queued.', 'TOO_MANY_REQUESTS', 'rejected'],
  [-1006, 'An unexpected response was received.', 'VENUE_UNEXPECTED_RESPONSE', 'ambiguous'],
  [-1007, 'Timeout waiting for response from backend server.', 'VENUE_TIMEOUT', 'ambiguous'],
  [-1008, 'Server is currently overloaded.', 'VENUE_BUSY', 'ambiguous'],
  [-1013, 'Filter failure: PRICE_FILTER', 'FILTER_PRICE_FILTER', 'rejected'],
  [-1013, 'Filter failure: LOT_SIZE', 'FILTER_LOT_SIZE', 'rejected'],
  [-1013, 'Filter failure: NOTIONAL', 'FILTER_NOTIONAL', 'rejected'],
  [-1013, 'Filter failure: MIN_NOTIONAL', 'FILTER_MIN_NOTIONAL', 'rejected'],
  [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE', 'FILTER_PERCENT_PRICE_BY_SIDE', 'rejected'],
  [-1013, 'Filter failure: MAX_NUM_ORDERS', 'TOO_MANY_OPEN_ORDERS', 'rejected'],
  [-1013, 'Invalid quantity.', 'FILTER_FAILED', 'rejected'],
  [-1013, 'Market is closed.', 'MARKET_CLOSED', 'rejected'],
  [-1015, 'Too many new orders.', 'TOO_MANY_ORDERS', 'rejected'],
  [-1021, 'Timestamp for this request is outside of the recvWindow.', 'CLOCK_OUT_OF_WINDOW', 'rejected'],
  [-1022, 'Signature for this request is not valid.', 'SIGNATURE_REFUSED', 'rejected'],
  [-1100, 'Illegal characters found in parameter.', 'PARAMETER_REFUSED', 'rejected'],
  [-1101, 'Too many parameters.', 'PARAMETER_REFUSED', 'rejected'],
  [-1102, 'Mandatory parameter was not sent.', 'PARAMETER_REFUSED', 'rejected'],
  [-1104, 'Not all sent parameters were read.', 'PARAMETER_REFUSED', 'rejected'],
  [-1111, 'Precision is over the maximum defined for this asset.', 'PRECISION_REFUSED', 'rejected'],
  [-1115, 'Invalid timeInForce.', 'PARAMETER_REFUSED', 'rejected'],
  [-1116, 'Invalid orderType.', 'PARAMETER_REFUSED', 'rejected'],
  [-1121, 'Invalid symbol.', 'MARKET_UNKNOWN', 'rejected'],
  [-1125, 'This listenKey does not exist.', 'LISTEN_KEY_UNKNOWN', 'rejected'],
  [-2011, 'Unknown order sent.', 'ORDER_UNKNOWN', 'rejected'],
  [-2013, 'Order does not exist.', 'ORDER_UNKNOWN', 'rejected'],
  [-2014, 'API-key format invalid.', 'KEY_MALFORMED', 'rejected'],
  [-2015, 'Invalid API-key, IP, or permissions for action.', 'KEY_REFUSED', 'rejected'],
  [
    -2026,
    'Order was canceled or expired with no executed qty over 90 days ago and has been archived.',
    'ORDER_ARCHIVED',
    'rejected',
  ],
  [-9999, 'Something new.', 'ORDER_REJECTED', 'rejected'],
] as const;

const SPOT_ONLY = [
  [-2010, 'Account has insufficient balance for requested action.', 'INSUFFICIENT_FUNDS', 'rejected'],
  [-2010, 'Duplicate order sent.', 'DUPLICATE_CLIENT_ORDER_ID', 'ambiguous'],
  [-2010, 'Order would immediately match and take.', 'WOULD_CROSS', 'rejected'],
  [-2010, 'Stop price would trigger immediately.', 'WOULD_TRIGGER', 'rejected'],
  [-2010, 'Order would trigger immediately.', 'WOULD_TRIGGER', 'rejected'],
  [-2010, 'Market is closed.', 'MARKET_CLOSED', 'rejected'],
  [-2010, 'Filter failure: MAX_NUM_ORDERS', 'TOO_MANY_OPEN_ORDERS', 'rejected'],
  [-2010, 'Something else.', 'ORDER_REJECTED', 'rejected'],
  [-2021, 'Order cancel-replace partially failed.', 'CANCEL_REPLACE_PARTIAL', 'rejected'],
  [-2022, 'Order cancel-replace failed.', 'CANCEL_REPLACE_FAILED', 'rejected'],
] as const;

const LINEAR_ONLY = [
  [-2018, 'Balance is insufficient.', 'INSUFFICIENT_FUNDS', 'rejected'],
  [-2019, 'Margin is insufficient.', 'INSUFFICIENT_MARGIN', 'rejected'],
  [-2021, 'Order would immediately trigger.', 'WOULD_TRIGGER', 'rejected'],
  [-2022, 'ReduceOnly Order is rejected.', 'REDUCE_ONLY_REFUSED', 'rejected'],
  [-2025, 'Reach max open order limit.', 'TOO_MANY_OPEN_ORDERS', 'rejected'],
  [-2027, 'Exceeded the maximum allowable position at current leverage.', 'LEVERAGE_LIMIT', 'rejected'],
  [-4003, 'Quantity less than zero.', 'QUANTITY_REFUSED', 'rejected'],
  [-4004, 'Quantity less than min quantity.', 'QUANTITY_REFUSED', 'rejected'],
  [-4005, 'Quantity greater than max quantity.', 'QUANTITY_REFUSED', 'rejected'],
  [-4013, 'Price less than min price.', 'PRICE_REFUSED', 'rejected'],
  [-4014, 'Price not increased by tick size.', 'TICK_REFUSED', 'rejected'],
  [-4015, 'Client order id is not valid.', 'CLIENT_ORDER_ID_REFUSED', 'rejected'],
  [-4016, 'Price is higher than mark price multiplier cap.', 'PRICE_BAND', 'rejected'],
  [-4023, 'Quantity not increased by step size.', 'STEP_REFUSED', 'rejected'],
  [-4024, 'Price is lower than mark price multiplier floor.', 'PRICE_BAND', 'rejected'],
  [-4045, 'Reach max stop order limit.', 'TOO_MANY_OPEN_ORDERS', 'rejected'],
  [-4046, 'No need to change margin type.', 'MARGIN_MODE_UNCHANGED', 'accepted'],
  [-4047, 'Margin type cannot be changed if there exists open orders.', 'MODE_BLOCKED_BY_ORDERS', 'rejected'],
  [-4048, 'Margin type cannot be changed if there exists position.', 'MODE_BLOCKED_BY_POSITION', 'rejected'],
  [-4059, 'No need to change position side.', 'POSITION_MODE_UNCHANGED', 'accepted'],
  [-4061, 'Order’s position side does not match user’s setting.', 'POSITION_SIDE_MISMATCH', 'rejected'],
  [
    -4067,
    'Position side cannot be changed if there exists open orders.',
    'MODE_BLOCKED_BY_ORDERS',
    'rejected',
  ],
  [
    -4068,
    'Position side cannot be changed if there exists position.',
    'MODE_BLOCKED_BY_POSITION',
    'rejected',
  ],
  [-4116, 'ClientOrderId is duplicated.', 'DUPLICATE_CLIENT_ORDER_ID', 'ambiguous'],
  [-4118, 'ReduceOnly Order Failed.', 'REDUCE_ONLY_REFUSED', 'rejected'],
  [
    -4120,
    'Order type not supported for this endpoint. Use the Algo Order API.',
    'ALGO_ORDER_REQUIRED',
    'rejected',
  ],
  [
    -4131,
    'The counterparty’s best price does not meet the PERCENT_PRICE filter limit.',
    'COUNTERPARTY_PRICE_BAND',
    'rejected',
  ],
  [-4164, 'Order’s notional must be no smaller than 5.', 'NOTIONAL_TOO_SMALL', 'rejected'],
  [
    -5021,
    'Due to the order could not be filled immediately, the FOK order has been rejected.',
    'FOK_UNFILLED',
    'rejected',
  ],
  [
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected.',
    'WOULD_CROSS',
    'rejected',
  ],
  [-5026, 'Exceed maximum modify order limit.', 'MODIFY_REFUSED', 'rejected'],
  [-5027, 'No need to modify the order.', 'ORDER_UNCHANGED', 'accepted'],
  [-5028, 'Timestamp for this request is outside of the ME recvWindow.', 'CLOCK_OUT_OF_WINDOW', 'rejected'],
] as const;

const ROWS = [
  ...BOTH.flatMap((row) => [['spot', SPOT, ...row] as const, ['linear', LINEAR, ...row] as const]),
  ...SPOT_ONLY.map((row) => ['spot', SPOT, ...row] as const),
  ...LINEAR_ONLY.map((row) => ['linear', LINEAR, ...row] as const),
];

describe('an error number of the exchange, under overridden URLs', () => {
  it.each(ROWS)('%s (%s) %i "%s" is %s (%s)', (_api, url, number, msg, code, phase) => {
    const error = answered(url, 400, json(number, msg));
    expect(error).toMatchObject({ name: 'VenueError', code, phase, kind: codeInfo(code).kind });
  });

  it.each(ROWS)('%s (%s) %i "%s" means %s in a WebSocket answer, too', (api, _url, number, msg, code) => {
    const shown = new errors.ExchangeError(`binance ${json(number, msg)}`);
    expect(toVenueError(shown, errors, api).code).toBe(code);
  });
});

describe('the status of an HTTP answer', () => {
  it.each([
    ['a 429 for weight', 429, json(-1003, 'Too much request weight used.'), 'TOO_MANY_REQUESTS', 'rejected'],
    ['a 429 for orders', 429, json(-1015, 'Too many new orders.'), 'TOO_MANY_ORDERS', 'rejected'],
    ['a 429 without a body', 429, '', 'TOO_MANY_REQUESTS', 'rejected'],
    ['a ban', 418, json(-1003, 'Way too many requests; IP banned.'), 'VENUE_BANNED', 'rejected'],
    ['the firewall’s page', 403, '<html>Request blocked</html>', 'VENUE_FORBIDDEN', 'rejected'],
    ['a 502 page', 502, '<html>Bad Gateway</html>', 'VENUE_UNAVAILABLE', 'ambiguous'],
    ['a 503 busy', 503, json(-1008, 'Server is currently overloaded.'), 'VENUE_BUSY', 'ambiguous'],
    [
      'a 504 with a refusal’s number',
      504,
      json(-2010, 'Duplicate order sent.'),
      'DUPLICATE_CLIENT_ORDER_ID',
      'ambiguous',
    ],
    ['a 500 with a definite number', 500, json(-2015, 'Invalid API-key.'), 'VENUE_UNAVAILABLE', 'ambiguous'],
    [
      'a 409 half success',
      409,
      json(-2021, 'Order cancel-replace partially failed.'),
      'CANCEL_REPLACE_PARTIAL',
      'rejected',
    ],
    ['a 400 page', 400, '<html>Bad Request</html>', 'VENUE_ANSWER_UNREADABLE', 'ambiguous'],
  ])('%s (%i %s) is %s (%s)', (_name, status, body, code, phase) => {
    expect(answered(SPOT, status, body)).toMatchObject({ code, phase });
  });

  it('tells until when a limit lasts', () => {
    const answer = { status: 429, url: SPOT, body: json(-1003, 'x'), retryAfterMs: 7_000 };
    expect(errorOfAnswer(answer, 1_000)?.retryAt).toBe(8_000);
  });

  it('is no error below 400', () => {
    expect(answered(SPOT, 200, '{"orderId":1}')).toBeNull();
  });
});

describe('what ccxt throws by itself', () => {
  it('goes by the number even when ccxt chose another class', () => {
    const shown = new errors.DDoSProtection(`binance ${json(-2015, 'Invalid API-key.')}`);
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
    expect(toVenueError(make(), errors)).toMatchObject({ kind: 'unavailable', phase: 'ambiguous' });
  });

  it('keeps the proof that nothing was sent', () => {
    const shown = toVenueError(new NotSentError('GATE_CLOSED', 'closed', 5), errors);
    expect(shown).toMatchObject({ kind: 'limited', phase: 'not-sent', retryAt: 5 });
  });

  it('never repeats a URL, which may carry a signature', () => {
    const shown = new errors.NetworkError('GET http://h/api/v3/account?signature=abc failed');
    expect(toVenueError(shown, errors).message).not.toContain('abc');
  });
});

describe('the catalogue', () => {
  it.each(Object.entries(VENUE_CODES))('%s says what happened and what to do', (_code, { text, action }) => {
    expect(text).toMatch(/\.$/);
    expect(action).toMatch(/\.$/);
  });
});
