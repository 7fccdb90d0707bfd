import { describe, expect, it } from 'vitest';
import { amountProblem, orderWorth, toManualOrder, type ManualOrderForm } from './manual-order.js';

const sizes = { tickSize: '0.01', stepSize: '0.001' };
const form = (change: Partial<ManualOrderForm> = {}): ManualOrderForm => ({
  accountId: 1,
  market: 'BTC/USDT',
  side: 'buy',
  type: 'limit',
  price: '60000.50',
  quantity: '0.010',
  timeInForce: 'GTC',
  postOnly: false,
  ...change,
});

describe('amountProblem', () => {
  it('takes positive plain numbers in whole steps alone', () => {
    expect(amountProblem('0.01', '0.001')).toBeNull();
    expect(amountProblem('', '0.001')).toBe('required');
    expect(amountProblem('0', null)).toBe('decimal');
    expect(amountProblem('1e3', null)).toBe('decimal');
    expect(amountProblem('-1', null)).toBe('decimal');
    expect(amountProblem('0.0015', '0.001')).toBe('step');
    expect(amountProblem('0.0015', null)).toBeNull();
  });
});

describe('toManualOrder', () => {
  it('sends plain numbers, a price for limit orders alone, and post-only for resting ones alone', () => {
    expect(toManualOrder(form({ postOnly: true }), sizes)).toEqual({
      accountId: 1,
      market: 'BTC/USDT',
      side: 'buy',
      type: 'limit',
      quantity: '0.01',
      price: '60000.5',
      timeInForce: 'GTC',
      postOnly: true,
    });
    expect(toManualOrder(form({ type: 'market', postOnly: true }), sizes)).toEqual({
      accountId: 1,
      market: 'BTC/USDT',
      side: 'buy',
      type: 'market',
      quantity: '0.01',
    });
    expect(toManualOrder(form({ timeInForce: 'IOC', postOnly: true }), sizes)).not.toHaveProperty('postOnly');
  });

  it('is nothing while a part is missing or does not fit the market', () => {
    expect(toManualOrder(form({ market: null }), sizes)).toBeNull();
    expect(toManualOrder(form({ price: '' }), sizes)).toBeNull();
    expect(toManualOrder(form({ price: '60000.505' }), sizes)).toBeNull();
    expect(toManualOrder(form({ quantity: '0.0001' }), sizes)).toBeNull();
  });
});

describe('orderWorth', () => {
  it('is exact, and uses the quote of its side at the market', () => {
    const quote = { bid: '59999.9', ask: '60000.1' };
    const limit = toManualOrder(form(), sizes);
    const market = toManualOrder(form({ type: 'market', side: 'sell' }), sizes);
    expect(limit && orderWorth(limit, quote)).toBe('600.005');
    expect(market && orderWorth(market, quote)).toBe('599.999');
    expect(market && orderWorth(market, null)).toBeNull();
  });
});
