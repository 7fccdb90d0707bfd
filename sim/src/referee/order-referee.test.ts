import { beforeEach, expect, it } from 'vitest';
import { OrderReferee, type SeenOrder } from './order-referee.js';
import { Violations } from './violation.js';

let violations: Violations;
let referee: OrderReferee;

beforeEach(() => {
  violations = new Violations();
  referee = new OrderReferee('binance', violations);
});

function see(orderId: number, status: string, changes: Partial<SeenOrder> = {}): void {
  const order = { apiKey: 'key', symbol: 'BTCUSDT', clientOrderId: 'mine', updateTime: 5, ...changes };
  referee.see({ ...order, orderId, status });
}

function found(): [string, number[]][] {
  return violations.list.map(({ code, orderIds }) => [code, orderIds]);
}

it('accepts one order through its whole life', () => {
  for (const status of ['NEW', 'PARTIALLY_FILLED', 'FILLED']) see(1, status);
  see(2, 'NEW', { clientOrderId: 'other' });
  expect(found()).toEqual([]);
});

it('takes the same client order id of another account or symbol for another', () => {
  see(1, 'NEW');
  see(2, 'NEW', { apiKey: 'other' });
  see(3, 'NEW', { symbol: 'ETHUSDT' });
  expect(found()).toEqual([]);
});

it('reports a client order id that comes again after its order closed', () => {
  see(1, 'NEW');
  see(1, 'CANCELED');
  see(2, 'NEW');
  expect(found()).toEqual([['client-id-reused', [1, 2]]]);
});

it('reports a client order id that two live orders have, once', () => {
  see(1, 'NEW');
  see(2, 'NEW');
  see(2, 'PARTIALLY_FILLED');
  expect(found()).toEqual([['client-id-live-twice', [1, 2]]]);
});

it('reports two live orders of one strategy slot, and none once the first is over', () => {
  const slot = `gf${'a'.repeat(15)}B`;
  see(1, 'NEW', { clientOrderId: `${slot}00001` });
  see(1, 'FILLED', { clientOrderId: `${slot}00001` });
  see(2, 'NEW', { clientOrderId: `${slot}00002` });
  expect(found()).toEqual([]);
  see(3, 'NEW', { clientOrderId: `${slot}00003` });
  expect(found()).toEqual([['slot-live-twice', [2, 3]]]);
});
