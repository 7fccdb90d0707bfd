import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FUTURES_WEIGHTS } from './futures/weights.js';
import { startSimulator, type Simulator } from './index.js';
import { RestClient } from './testing/rest-client.js';
import { waitUntil } from './testing/wait-until.js';
import { WEIGHTS } from './venue/weights.js';

/** Requests and frames sent in all; `FUZZ_RUNS=10000` is the campaign. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);

vi.setConfig({ testTimeout: 20_000 + RUNS * 20, hookTimeout: 20_000 });

let simulator: Simulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({
    paused: true,
    limits: { weightPerMinute: 1e9, ordersPer10s: 1e9 },
    socketLimits: { spotFrames: 1e9 },
  });
  client = new RestClient(simulator);
});

afterAll(() => simulator.close());

const NAMES = [
  'symbol',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'price',
  'quoteOrderQty',
  'limit',
  'interval',
];
const MORE = [
  'startTime',
  'orderId',
  'fromId',
  'newClientOrderId',
  'cancelReplaceMode',
  'cancelOrderId',
  'symbols',
  'positionSide',
  'reduceOnly',
  'leverage',
  'marginType',
  'batchOrders',
  'algoType',
  'triggerPrice',
  'stopPrice',
  'amount',
];
const value = fc.oneof(
  fc.constantFrom(
    'BTCUSDT',
    'BUY',
    'SELL',
    'LIMIT',
    'MARKET',
    'STOP_LOSS',
    'TAKE_PROFIT_LIMIT',
    'GTC',
    '0',
    '-1',
    '1',
    '0.001',
    '60000',
    '1e9',
    '1m',
  ),
  fc.constantFrom(
    'constructor',
    '__proto__',
    '["BTCUSDT"]',
    '[',
    '9'.repeat(30),
    'STOP_ON_FAILURE',
    '%',
    'é',
  ),
  fc.string({ maxLength: 40 }),
);
const params = fc.dictionary(fc.constantFrom(...NAMES, ...MORE), value, { maxKeys: 8 });
const route = fc.constantFrom(...Object.keys({ ...WEIGHTS, ...FUTURES_WEIGHTS }));

describe('malformed requests', () => {
  it('get an answer in the shape of the exchange, never a server error', async () => {
    await fc.assert(
      fc.asyncProperty(route, params, fc.boolean(), async (endpoint, fields, signed) => {
        const [method = '', path = ''] = endpoint.split(' ');
        const query = new URLSearchParams(fields).toString();
        const { status, body } = signed
          ? await client.signed(method, path, fields)
          : await client.send(method, path, query);
        expect(status).toBeLessThan(500);
        if (status !== 200) expect([typeof body.code, typeof body.msg]).toEqual(['number', 'string']);
      }),
      { numRuns: Math.ceil(RUNS * 0.4) },
    );
  });

  it.each(['/%zz', '/api/v3/order?%=%&&&=', '/ws/%zz', '//', '/api/v3/depth?symbol=%ff'])(
    'get one at %s',
    async (path) => {
      const status = await new Promise<number>((resolve, reject) => {
        const { port } = simulator;
        request({ host: '127.0.0.1', port, path, timeout: 5000 }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );
});

describe('malformed frames', () => {
  it.each(['/ws/%zz', '/ws-api/v3'])('at %s leave the connection and the simulator healthy', async (path) => {
    const ws = new WebSocket(`${simulator.wsUrl}${path}`);
    let answers = 0;
    ws.on('message', () => answers++);
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    const json = fc.json({ maxDepth: 3 });
    const frame = fc.oneof(
      fc.string(),
      json,
      fc
        .record({
          id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
          method: fc.constantFrom(
            'SUBSCRIBE',
            'order.place',
            'constructor',
            'userDataStream.subscribe.signature',
            'depth',
          ),
          params: fc.oneof(json, fc.array(fc.string()), fc.dictionary(fc.string(), fc.jsonValue()), params),
        })
        .map((message) => JSON.stringify(message)),
    );
    const frames = fc.sample(frame, Math.ceil(RUNS * 0.3));
    for (const text of frames) ws.send(text);
    await waitUntil('an answer to every frame', () => answers >= frames.length, 20_000);
    ws.terminate();
  });
});

it('leaves the simulator healthy and its ledger balanced', async () => {
  expect((await client.send('GET', '/_sim/ledger')).body['checks']).toEqual([]);
});
