import { redisKeys } from '@gridfleet/shared/infra';
import type { VenueQueryFailure } from '@gridfleet/shared/schema';
import { accountBody, gridParams, strategyBody } from '../fixtures.js';
import type { Answer } from '../test-api.js';
import { FOREIGN_ORDER, type Provocation, type World } from './world.js';

/** What a venue, or the node that asks it, may fail with. */
const FAILURES = ['CREDENTIALS_REFUSED', 'MARKET_UNKNOWN', 'VENUE_UNAVAILABLE'] as const;
const KEY_FAILURES = ['CREDENTIALS_REFUSED', 'VENUE_UNAVAILABLE'] as const;
const NODE = 'node-1';

/** A request of each route that asks a venue. */
function asks({ call, account: { id }, strategy, template }: World): Record<string, () => Promise<Answer>> {
  const market = 'BTC/USDT';
  const order = { accountId: id, market, side: 'buy', type: 'limit', price: '59000', quantity: '0.01' };
  const orphan = { accountId: id, market, exchangeOrderId: FOREIGN_ORDER };
  const legs = [{ accountId: id, market }];
  const of = (rest: string): string => `/api/strategies/${strategy.id}/${rest}`;
  return {
    'GET /api/accounts/{id}/balances': () => call('GET', `/api/accounts/${id}/balances`),
    'GET /api/accounts/{id}/markets': () => call('GET', `/api/accounts/${id}/markets`),
    'GET /api/accounts/{id}/symbols': () => call('GET', `/api/accounts/${id}/symbols`),
    'GET /api/accounts/{id}/quote': () => call('GET', `/api/accounts/${id}/quote?market=${market}`),
    'GET /api/accounts/{id}/trading-fee': () =>
      call('GET', `/api/accounts/${id}/trading-fee?market=${market}`),
    'GET /api/strategies/{id}/candles': () => call('GET', of('candles')),
    'POST /api/accounts': () => call('POST', '/api/accounts', accountBody('Another')),
    'POST /api/accounts/{id}/copy': () => call('POST', `/api/accounts/${id}/copy`, {}),
    'POST /api/accounts/{id}/test': () => call('POST', `/api/accounts/${id}/test`),
    'POST /api/journal/cancel': () => call('POST', '/api/journal/cancel', orphan),
    'POST /api/orders': () => call('POST', '/api/orders', { ...order, confirmation: `BUY 0.01 ${market}` }),
    'POST /api/positions/close': () =>
      call('POST', '/api/positions/close', { accountId: id, market, confirmation: `CLOSE ${market}` }),
    'POST /api/strategies': () => call('POST', '/api/strategies', strategyBody(id)),
    'POST /api/strategies/preview': () => {
      const { name: _name, ...plan } = strategyBody(id);
      return call('POST', '/api/strategies/preview', plan);
    },
    'PUT /api/strategies/{id}': () =>
      call('PUT', `/api/strategies/${strategy.id}`, { params: gridParams({ levels: 7 }) }),
    'POST /api/strategies/{id}/copy': () => call('POST', of('copy'), { market: 'ETH/USDT' }),
    'POST /api/strategies/{id}/start': () => call('POST', of('start')),
    'POST /api/templates/{id}/apply': () =>
      call('POST', `/api/templates/${template}/apply`, { name: 'Applied', legs }),
  };
}

/** A request of each route that tries new keys of an account. */
function tries({ call, spare: { id } }: World): Record<string, () => Promise<Answer>> {
  const { credentials } = accountBody();
  return {
    'PUT /api/accounts/{id}': () => call('PUT', `/api/accounts/${id}`, { credentials }),
    'POST /api/accounts/{id}/rotate': () => call('POST', `/api/accounts/${id}/rotate`, { credentials }),
  };
}

/** Every route that asks a venue, with each way in which that may fail. */
export function venueProvocations(world: World): Provocation[] {
  const { node, redis } = world.api;
  const failing = async (code: VenueQueryFailure['code'], ask: () => Promise<Answer>): Promise<Answer> => {
    node.failure = { ok: false, code, message: 'The venue said so.' };
    try {
      return await ask();
    } finally {
      node.failure = null;
    }
  };
  const alone = async (ask: () => Promise<Answer>): Promise<Answer> => {
    await redis.srem(redisKeys.workers, NODE);
    try {
      return await ask();
    } finally {
      await redis.sadd(redisKeys.workers, NODE);
    }
  };
  const markets = Object.entries(asks(world)).map(([route, ask]) => ({ route, ask, codes: FAILURES }));
  const keys = Object.entries(tries(world)).map(([route, ask]) => ({ route, ask, codes: KEY_FAILURES }));
  return [...markets, ...keys].flatMap(({ route, ask, codes }) => [
    ...codes.map((code) => ({ route, code, ask: () => failing(code, ask) })),
    { route, code: 'NO_NODE_AVAILABLE', ask: () => alone(ask) },
  ]);
}
