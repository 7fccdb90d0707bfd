import { describe, expect, it } from 'vitest';
import { toUnits } from '../venue/units.js';
import { checkAccount, type Holding, type Violation } from './checks.js';
import type { AccountRecords } from './ledger.js';
import type { FillRecord, OrderRecord } from './records.js';

const order: OrderRecord = {
  apiKey: 'key',
  orderId: 1,
  clientOrderId: 'a',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  stpMode: 'EXPIRE_MAKER',
  price: '100.00000000',
  stopPrice: '0.00000000',
  quantity: '3.00000000',
  quoteOrderQty: '0.00000000',
  executedQuantity: '1.00000000',
  executedQuote: '100.00000000',
  status: 'PARTIALLY_FILLED',
  time: 1,
  updateTime: 2,
  workingTime: 1,
};

const fill: FillRecord = {
  apiKey: 'key',
  tradeId: 7,
  orderId: 1,
  clientOrderId: 'a',
  symbol: 'BTCUSDT',
  side: 'BUY',
  price: '100.00000000',
  quantity: '1.00000000',
  quote: '100.00000000',
  commission: '0.00010000',
  commissionAsset: 'BTC',
  maker: true,
  time: 2,
};

function check(
  change: { order?: Partial<OrderRecord>; fills?: FillRecord[]; usdt?: Partial<Holding>; btc?: string } = {},
): Violation['check'][] {
  const records: AccountRecords = {
    deposits: [{ apiKey: 'key', asset: 'USDT', amount: '1000', opening: true, time: 0 }],
    orders: new Map([[1, { ...order, ...change.order }]]),
    fills: change.fills ?? [fill],
  };
  const balances = new Map<string, Holding>([
    ['USDT', { free: toUnits('700'), locked: toUnits('200'), ...change.usdt }],
    ['BTC', { free: toUnits(change.btc ?? '0.9999'), locked: 0n }],
  ]);
  return checkAccount('key', records, balances, () => ({ base: 'BTC', quote: 'USDT' })).map(
    (found) => found.check,
  );
}

describe('the ledger finds', () => {
  it('nothing when everything agrees', () => {
    expect(check()).toEqual([]);
  });

  it('a balance that is off by the last digit', () => {
    expect(check({ btc: '0.99990001' })).toEqual(['balance']);
  });

  it('money that is locked for no open order', () => {
    expect(check({ order: { status: 'CANCELED' } })).toEqual(['locked']);
  });

  it('a balance below zero', () => {
    expect(check({ usdt: { free: -1n } })).toContain('negative-balance');
  });

  it('an order whose fills do not add up', () => {
    expect(check({ order: { executedQuantity: '2.00000000' } })).toContain('order-fills');
  });

  it('a fill that was booked twice', () => {
    expect(check({ fills: [fill, fill] })).toContain('duplicate-fill');
  });

  it('a status that does not fit what was executed', () => {
    expect(check({ order: { status: 'FILLED' } })).toContain('order-status');
  });
});
