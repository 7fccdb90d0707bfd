import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import { parseMarketSpec } from './market/market-spec.js';
import { control } from './testing/control-client.js';
import { RestClient } from './testing/rest-client.js';
import { StreamClient } from './testing/stream-client.js';
import { waitUntil } from './testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let simulator: Simulator;
let first: RestClient;
let second: RestClient;

const BUY = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };

beforeAll(async () => {
  const account = { makerRate: '0', takerRate: '0', balances: { USDT: '10000' } };
  simulator = await startSimulator({
    venues: [
      { name: 'binance', prefix: '' },
      { name: 'venue-b', prefix: '/venue-b' },
    ],
    markets: ['BTCUSDT=manual:60000', 'ETHUSDT=manual:3000'].map(parseMarketSpec),
    accounts: [
      { ...account, apiKey: 'one', apiSecret: 's1' },
      { ...account, apiKey: 'two', apiSecret: 's2', venue: 'venue-b' },
    ],
  });
  first = new RestClient(simulator, 'one', 's1');
  second = new RestClient(simulator, 'two', 's2');
});

afterAll(() => simulator.close());

describe('two venues in one process', () => {
  it('have accounts of their own', async () => {
    expect(simulator.accounts.map(({ venue, apiKey }) => [venue, apiKey])).toEqual([
      ['binance', 'one'],
      ['venue-b', 'two'],
    ]);
    expect((await first.signed('GET', '/api/v3/account')).status).toBe(200);
    expect((await first.signed('GET', '/venue-b/api/v3/account')).body.code).toBe(-2015);
    expect((await second.signed('GET', '/venue-b/api/v3/account')).status).toBe(200);
  });

  it('have books of their own, which the same data drives', async () => {
    await second.signed('POST', '/venue-b/api/v3/order', { ...BUY, price: '59999.5' });
    const quote = async (prefix: string): Promise<unknown> =>
      (await first.send('GET', `${prefix}/api/v3/ticker/bookTicker`, 'symbol=BTCUSDT')).body['bidPrice'];
    expect(await quote('/venue-b')).toBe('59999.50000000');
    expect(await quote('')).not.toBe('59999.50000000');
    const status = await control(simulator, 'GET', '/status');
    expect(status.body['venues']).toMatchObject([
      { venue: 'binance' },
      { venue: 'venue-b', prefix: '/venue-b' },
    ]);
  });

  it('are told apart by ledger, requests and faults', async () => {
    await control(simulator, 'POST', '/faults', {
      rules: [{ match: { venue: 'venue-b', path: '/api/v3/time' }, do: { type: 'answer', status: 500 } }],
    });
    expect((await first.send('GET', '/api/v3/time')).status).toBe(200);
    expect((await first.send('GET', '/venue-b/api/v3/time')).status).toBe(500);
    const { body } = await control(simulator, 'GET', '/requests?limit=2');
    expect(body['requests']).toMatchObject([
      { venue: 'binance', faults: [] },
      { venue: 'venue-b', path: '/api/v3/time', faults: ['answer'] },
    ]);
    const ledger = await control(simulator, 'GET', '/ledger?venue=venue-b');
    expect(ledger.body['accounts']).toMatchObject([{ venue: 'venue-b', apiKey: 'two' }]);
  });

  it('have streams of their own', async () => {
    const stream = await StreamClient.connect(simulator, '/venue-b/ws/btcusdt@bookTicker');
    await control(simulator, 'POST', '/price', { venue: 'binance', symbol: 'BTCUSDT', price: '61000' });
    await control(simulator, 'POST', '/price', { venue: 'venue-b', symbol: 'BTCUSDT', price: '62000' });
    await waitUntil('a quote', () => stream.frames.length > 0);
    expect(stream.messages().map((quote) => Math.round(Number(quote['b'])))).not.toContain(61_000);
    stream.ws.terminate();
  });
});
