import { describe, expect, it } from 'vitest';
import { requestCost } from './request-cost.js';

const at = (path: string): string => `http://127.0.0.1:9/venue-b${path}`;

describe('what a request costs', () => {
  it.each([
    ['POST', '/api/v3/order', { weight: 1, orders: 1, urgency: 'place' }],
    ['DELETE', '/api/v3/order?symbol=X&signature=1', { weight: 1, orders: 0, urgency: 'cancel' }],
    ['GET', '/api/v3/order?symbol=X', { weight: 4, orders: 0, urgency: 'cancel' }],
    ['GET', '/api/v3/openOrders?symbol=X', { weight: 6, orders: 0, urgency: 'inspect' }],
    ['GET', '/api/v3/openOrders?timestamp=1', { weight: 80, orders: 0, urgency: 'inspect' }],
    ['GET', '/api/v3/myTrades?symbol=X&orderId=1', { weight: 5, orders: 0, urgency: 'inspect' }],
    ['GET', '/api/v3/myTrades?symbol=X', { weight: 20, orders: 0, urgency: 'inspect' }],
    ['GET', '/api/v3/depth?limit=1000', { weight: 50, orders: 0, urgency: 'background' }],
    ['POST', '/fapi/v1/order', { weight: 0, orders: 1, urgency: 'place' }],
    ['POST', '/fapi/v1/batchOrders', { weight: 5, orders: 5, urgency: 'place' }],
    ['GET', '/fapi/v1/klines?limit=500', { weight: 5, orders: 0, urgency: 'background' }],
    ['GET', '/sapi/v1/something', { weight: 20, orders: 0, urgency: 'background' }],
  ])('%s %s: %o', (method, path, cost) => {
    expect(requestCost(method, at(path))).toEqual(cost);
  });
});
