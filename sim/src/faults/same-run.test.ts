import { expect, it, vi } from 'vitest';
import { startSimulator } from '../index.js';
import { parseMarketSpec } from '../market/market-spec.js';
import { mulberry32 } from '../random.js';
import { control } from '../testing/control-client.js';
import { RestClient } from '../testing/rest-client.js';

vi.setConfig({ testTimeout: 60_000 });

const ORDER = { method: 'POST', path: '/api/v3/order' };
const SYMBOL = { symbol: 'BTCUSDT' };
const REQUESTS = 60;

/** Everything at once, by chance. */
const RULES = [
  { match: { ...ORDER, probability: 0.15 }, do: { type: 'drop-response', end: 'reset' } },
  { match: { ...ORDER, probability: 0.1 }, do: { type: 'drop-request', end: 'reset' } },
  { match: { ...ORDER, probability: 0.1 }, do: { type: 'answer', status: 503, processed: true } },
  { match: { ...ORDER, probability: 0.2 }, do: { type: 'fill-order', percent: 40 } },
  { match: { ...ORDER, every: 25 }, do: { type: 'gap-levels', direction: 'down', levels: 2 } },
  { match: { method: 'DELETE', path: '/api/*', probability: 0.3 }, do: { type: 'truncate' } },
  { match: { method: 'GET', path: '/api/*', probability: 0.3 }, do: { type: 'replica-lag', ms: 60_000 } },
  { match: { path: '/api/*', probability: 0.05 }, do: { type: 'withdraw', asset: 'USDT', amount: '7' } },
];

/** Orders, cancels and queries of a client that is never told what happened. @returns what the simulator saw. */
async function run(seed: number): Promise<{ requests: unknown[]; invariants: unknown }> {
  const simulator = await startSimulator({
    markets: [parseMarketSpec('BTCUSDT=manual:60000')],
    accounts: [
      {
        apiKey: 'k',
        apiSecret: 's',
        makerRate: '0.001',
        takerRate: '0.001',
        balances: { USDT: '90000', BTC: '2' },
      },
    ],
  });
  try {
    const posted = await control(simulator, 'POST', '/faults', { seed, rules: RULES });
    expect(posted.status).toBe(200);
    const client = new RestClient(simulator, 'k', 's');
    const random = mulberry32(1);
    for (let i = 0; i < REQUESTS; i++) {
      const [kind, number] = [random() % 5, random() % 40];
      const named = { ...SYMBOL, origClientOrderId: `o${random() % (i + 1)}` };
      const price = String(60_000 - number * 10);
      const sent =
        kind < 3
          ? client.signed('POST', '/api/v3/order', {
              ...SYMBOL,
              side: number % 3 === 0 ? 'SELL' : 'BUY',
              type: 'LIMIT',
              timeInForce: 'GTC',
              quantity: '0.01',
              price: number % 3 === 0 ? String(60_010 + number) : price,
              newClientOrderId: `o${i}`,
            })
          : client.signed(kind === 3 ? 'DELETE' : 'GET', '/api/v3/order', named);
      await sent.catch(() => undefined);
    }
    const { body } = await control(simulator, 'GET', '/requests?since=0');
    const requests = body['requests'] as Record<string, unknown>[];
    return {
      requests: requests.map(({ method, clientOrderId, status, code, faults, end }) => [
        method,
        clientOrderId,
        status,
        code,
        faults,
        end,
      ]),
      invariants: (await control(simulator, 'GET', '/invariants')).body,
    };
  } finally {
    await simulator.close();
  }
}

it('gives the same run for the same seed, another for another, and sums that agree in each', async () => {
  const [first, again, other] = [await run(11), await run(11), await run(12)];
  expect(first.requests).toHaveLength(REQUESTS);
  expect(again.requests).toEqual(first.requests);
  expect(other.requests).not.toEqual(first.requests);
  for (const { invariants } of [first, again, other]) expect(invariants).toMatchObject({ ok: true });
});
