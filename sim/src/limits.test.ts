import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator, type VenueLimits } from './index.js';
import { RestClient } from './testing/rest-client.js';
import { StreamClient } from './testing/stream-client.js';
import { waitUntil } from './testing/wait-until.js';
import { Bans } from './venue/bans.js';
import { RateLimits, STANDARD_LIMITS } from './venue/limits.js';
import { VenueError } from './venue/errors.js';

vi.setConfig({ testTimeout: 20_000 });

let simulator: Simulator | undefined;

afterEach(() => simulator?.close());

async function client(limits: Partial<VenueLimits>): Promise<RestClient> {
  simulator = await startSimulator({ paused: true, limits });
  return new RestClient(simulator);
}

/** A client of a simulator whose clock stands still: no window of a limit ends while a test counts. */
async function stoppedClient(limits: Partial<VenueLimits>): Promise<RestClient> {
  simulator = await startSimulator({ paused: true, clock: 'virtual', limits });
  return new RestClient(simulator);
}

async function exchangeTime(api: RestClient): Promise<string> {
  return String((await api.send('GET', '/api/v3/time')).body['serverTime']);
}

describe('request weight', () => {
  it('is on every answer and adds up by the table', async () => {
    const api = await stoppedClient({});
    const first = await api.send('GET', '/api/v3/ping');
    const before = Number(first.headers.get('X-MBX-USED-WEIGHT-1M'));
    const depth = await api.send('GET', '/api/v3/depth', 'symbol=BTCUSDT&limit=1000');
    expect(Number(depth.headers.get('X-MBX-USED-WEIGHT-1M')) - before).toBe(50);
    const refused = await api.send('GET', '/api/v3/depth', 'symbol=NOPE');
    expect(Number(refused.headers.get('X-MBX-USED-WEIGHT-1M'))).toBeGreaterThan(0);
  });

  it('beyond the limit answers 429 with the seconds to wait', async () => {
    const api = await stoppedClient({ weightPerMinute: 40 });
    await api.send('GET', '/api/v3/exchangeInfo');
    await api.send('GET', '/api/v3/exchangeInfo');
    await api.send('GET', '/api/v3/exchangeInfo');
    const refused = await api.send('GET', '/api/v3/exchangeInfo');
    expect([refused.status, refused.body.code]).toEqual([429, -1003]);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
  });
});

describe('order counts', () => {
  it('are on accepted orders only and stop an account that places too many', async () => {
    const api = await stoppedClient({ ordersPer10s: 2, ordersPerDay: 3 });
    const order = {
      timestamp: await exchangeTime(api),
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.001',
      price: '30000',
    };
    const accepted = await api.signed('POST', '/api/v3/order', order);
    expect(accepted.headers.get('X-MBX-ORDER-COUNT-10S')).toBe('1');
    expect(accepted.headers.get('X-MBX-ORDER-COUNT-1D')).toBe('1');
    const rejected = await api.signed('POST', '/api/v3/order', { ...order, quantity: '0.00001' });
    expect(rejected.headers.get('X-MBX-ORDER-COUNT-10S')).toBeNull();
    await api.signed('POST', '/api/v3/order', order);
    await api.signed('POST', '/api/v3/order', order);
    const refused = await api.signed('POST', '/api/v3/order', order);
    expect([refused.status, refused.body.code]).toEqual([429, -1015]);
  });

  it('are given back when an order trades', async () => {
    const api = await stoppedClient({});
    const timestamp = await exchangeTime(api);
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001', timestamp };
    const accepted = await api.signed('POST', '/api/v3/order', order);
    expect(accepted.headers.get('X-MBX-ORDER-COUNT-10S')).toBe('0');
  });

  it('start again with each window of the clock', () => {
    let now = 1_000_000_005_000;
    const limits = new RateLimits({ now: () => now }, { ...STANDARD_LIMITS, ordersPer10s: 1 });
    limits.addOrder('key');
    expect(() => limits.checkOrders('key')).toThrow(VenueError);
    now = 1_000_000_010_000;
    expect(() => limits.checkOrders('key')).not.toThrow();
    expect(limits.addOrder('key')).toEqual({ 'X-MBX-ORDER-COUNT-10S': '1', 'X-MBX-ORDER-COUNT-1D': '2' });
  });
});

describe('an address that goes on although it was told to wait', () => {
  it('is banned with 418, each time for twice as long, up to the longest ban', () => {
    let now = 1_000_000_000_000;
    const bans = new Bans({ now: () => now }, { firstBan: 2000, longestBan: 5000 });
    const lengths: number[] = [];
    for (let ban = 0; ban < 3; ban++) {
      bans.refuse('ip', 429, 60_000);
      const refusals = Array.from({ length: 10 }, () => refusalOf(() => bans.check('ip')));
      expect(refusals.map(({ status }) => status)).toEqual([...Array<number>(9).fill(429), 418]);
      lengths.push(Number(refusals.at(-1)?.headers['Retry-After']));
      now += lengths.at(-1) ?? 0;
      expect(refusalOf(() => bans.check('ip')).status).toBe(418);
      now += 60_000;
      expect(() => bans.check('ip')).not.toThrow();
    }
    expect(lengths).toEqual([2, 4, 5]);
  });

  it('is let go when it keeps still until the ban ends', async () => {
    const api = await client({ weightPerMinute: 2, firstBan: 300 });
    const statuses: number[] = [];
    // Thirteen are enough, unless a new minute begins among them.
    while (!statuses.includes(418) && statuses.length < 30)
      statuses.push((await api.send('GET', '/api/v3/ping')).status);
    expect(statuses).toContain(418);
    const end = Date.now() + 400;
    await waitUntil('the end of the ban', () => Date.now() > end);
    expect((await api.send('GET', '/api/v3/ping')).status).not.toBe(418);
  });
});

function refusalOf(action: () => void): VenueError {
  try {
    action();
  } catch (error) {
    if (error instanceof VenueError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a connection', () => {
  it('ends when it has lived as long as it may', async () => {
    simulator = await startSimulator({ paused: true, connectionLifeMs: 200 });
    const stream = await StreamClient.connect(simulator, '/ws/btcusdt@trade');
    await waitUntil('its end', () => stream.closed);
    expect(stream.code).toBe(1001);
  });
});
