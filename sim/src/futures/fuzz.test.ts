import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answer } from '../server/endpoint.js';
import { futuresEndpoints } from '../server/futures/index.js';
import { FuturesBench } from '../testing/futures-bench.js';
import { Params } from '../venue/params.js';
import { sign } from '../venue/signature.js';

const NAMES = [
  'side',
  'type',
  'timeInForce',
  'quantity',
  'price',
  'positionSide',
  'reduceOnly',
  'closePosition',
  'priceMatch',
  'goodTillDate',
  'newClientOrderId',
  'orderId',
  'origClientOrderId',
  'batchOrders',
  'orderidlist',
  'algoType',
  'algoId',
  'triggerPrice',
  'callbackRate',
  'activatePrice',
  'workingType',
  'leverage',
  'marginType',
  'amount',
  'dualSidePosition',
  'countdownTime',
  'limit',
  'startTime',
  'endTime',
  'fromId',
  'interval',
  'incomeType',
] as const;
const value = fc.oneof(
  fc.constantFrom(
    'BUY',
    'SELL',
    'LIMIT',
    'MARKET',
    'STOP_MARKET',
    'TRAILING_STOP_MARKET',
    'GTC',
    'GTX',
    'GTD',
  ),
  fc.constantFrom(
    'LONG',
    'SHORT',
    'BOTH',
    'true',
    'false',
    'ISOLATED',
    'CROSSED',
    'CONDITIONAL',
    'QUEUE',
    'OPPONENT_20',
  ),
  fc.constantFrom(
    '0',
    '-1',
    '1',
    '0.01',
    '0.1',
    '59000',
    '60000',
    '61000',
    '1e9',
    '1m',
    '9'.repeat(18),
    '9'.repeat(30),
  ),
  fc.constantFrom('constructor', '__proto__', '[', '[{}]', '[null]', '["a"]', '{"a":1}', '%', 'é'),
  fc.constant('[{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.01"},{"symbol":{}}]'),
  fc.string({ maxLength: 40 }),
);
const params = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 10 });

it('answers whatever it is asked in the shape of the exchange, and keeps its ledger true', () => {
  const bench = new FuturesBench(
    { trader: '1000' },
    { weightPerMinute: 1e9, ordersPer10s: 1e9, ordersPerMinute: 1e9 },
  );
  const endpoints = futuresEndpoints(bench.venue);
  let accepted = 0;
  fc.assert(
    fc.property(fc.constantFrom(...endpoints), params, (endpoint, fields) => {
      bench.now += 10;
      const text = new URLSearchParams({
        symbol: 'BTCUSDT',
        timestamp: String(bench.now),
        ...fields,
      }).toString();
      const signed = `${text}&signature=${sign(text, 'secret')}`;
      const { status, body } = answer(bench.venue, endpoint, {
        ip: 'test',
        apiKey: 'trader',
        readParams: () => new Params(new URLSearchParams(signed)),
        payload: () => text,
      });
      expect([200, 400], `${endpoint.route}?${text}: ${JSON.stringify(body)}`).toContain(status);
      if (status === 400) expect(body).toMatchObject({ code: expect.any(Number) as number });
      else accepted++;
    }),
    { numRuns: 5000 },
  );
  expect(accepted).toBeGreaterThan(500);
  expect(bench.checks()).toEqual([]);
});
