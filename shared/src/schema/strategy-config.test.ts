import { describe, expect, it } from 'vitest';
import { configLeg, parseStrategyConfig, StrategyConfigError } from './strategy-config.js';

const FILE = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: {
    lower: '140',
    upper: '170',
    levels: 16,
    spacing: 'arithmetic',
    quantity: { mode: 'base', value: '1' },
    profit: 'quote',
    initialInventory: 'buy',
    initialOrder: 'market',
  },
  market: { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' },
  fees: { maker: '0.001', taker: '0.001', currency: 'quote' },
  balance: { quote: '100000', base: '0' },
};

function problems(...args: Parameters<typeof parseStrategyConfig>): [string, string][] {
  try {
    parseStrategyConfig(...args);
  } catch (error) {
    if (!(error instanceof StrategyConfigError)) throw error;
    return error.problems.map(({ field, message }) => [field, message]);
  }
  return [];
}

describe('a strategy config', () => {
  it('becomes a market, a leg and a strategy with defaults filled in', () => {
    const config = parseStrategyConfig(FILE);
    expect(config.params).toMatchObject({ levels: 16, postOnly: false });
    expect(config.market).toEqual({
      symbol: 'SOL/USDT',
      type: 'spot',
      base: 'SOL',
      quote: 'USDT',
      tickSize: '0.01',
      stepSize: '0.01',
      minQuantity: '0.01',
      maxQuantity: '900000000000',
      minNotional: '0',
      active: true,
    });
    expect(configLeg(config, 14_999, 15_000)).toMatchObject({
      bid: 14_999,
      ask: 15_000,
      makerRate: '0.001',
      feeCurrency: 'quote',
      quoteFree: '100000',
      baseFree: '0',
    });
  });

  it('needs neither fees nor balance: fees are 0.1 %, funds are not checked', () => {
    const config = parseStrategyConfig({ ...FILE, fees: undefined, balance: undefined });
    expect(config.fees).toEqual({ maker: '0.001', taker: '0.001', currency: 'quote' });
    expect(config.balance).toEqual({ quote: null, base: null });
  });

  it('tells a perpetual from its symbol', () => {
    expect(parseStrategyConfig({ ...FILE, symbol: 'SOL/USDT:USDT' }).market).toMatchObject({
      type: 'linear',
      base: 'SOL',
      quote: 'USDT',
    });
  });

  it('gives way to options', () => {
    const config = parseStrategyConfig(FILE, {
      feeMaker: '0',
      quote: '5',
      market: { tickSize: '0.5', stepSize: '1' },
    });
    expect(config.fees).toEqual({ maker: '0', taker: '0.001', currency: 'quote' });
    expect(config.balance).toEqual({ quote: '5', base: '0' });
    expect(config.market.tickSize).toBe('0.5');
  });

  it.each([
    ['a missing kind', { kind: undefined }, 'kind', 'is required'],
    ['an unknown kind', { kind: 'martingale' }, 'kind', 'is not known; known are range-grid'],
    ['an unknown field', { parms: {} }, 'parms', 'is not known'],
    ['a symbol without quote', { symbol: 'SOL' }, 'symbol', 'like "SOL/USDT"'],
    ['no market', { market: undefined }, 'market', 'is required'],
    [
      'a number where text keeps it exact',
      { market: { ...FILE.market, tickSize: 0.01 } },
      'market.tickSize',
      'string',
    ],
    ['a tick of zero', { market: { ...FILE.market, tickSize: '0' } }, 'market.tickSize', 'above zero'],
    ['a fee in percent', { fees: { maker: '10' } }, 'fees.maker', 'like "0.001"'],
    ['a missing param', { params: { ...FILE.params, lower: undefined } }, 'params.lower', 'is required'],
    ['an unknown param', { params: { ...FILE.params, stopLos: '1' } }, 'params.stopLos', 'is not known'],
    [
      'a wrong nested param',
      { params: { ...FILE.params, quantity: { mode: 'base', value: 'x' } } },
      'params.quantity.value',
      'like "',
    ],
  ])('is refused with the field of %s', (_, change, field, message) => {
    const given: unknown = JSON.parse(JSON.stringify({ ...FILE, ...change }));
    expect(problems(given)).toEqual([[field, expect.stringContaining(message)]]);
  });

  it.each([null, 5, 'text', []])('is refused when it is %j', (file) => {
    expect(problems(file)).toEqual([['', expect.stringContaining('the config must be object')]]);
  });

  it('names an option that is no number', () => {
    expect(problems(FILE, { quote: 'much' })).toEqual([['balance.quote', expect.any(String)]]);
  });
});
