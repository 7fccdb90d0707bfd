import { describe, expect, it } from 'vitest';
import { StrategyConfigError } from './strategy-config.js';
import { parseStrategyConfigs } from './strategy-configs.js';

const ONE = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: { lower: '140', upper: '170', levels: 16, quantity: { mode: 'base', value: '1' } },
  market: { tickSize: '0.01', stepSize: '0.01' },
};
const ETH = { symbol: 'ETH/USDT', params: { ...ONE.params, lower: '1400', upper: '1700' } };

function problems(file: unknown): string[] {
  try {
    parseStrategyConfigs(file);
  } catch (error) {
    if (error instanceof StrategyConfigError) return error.problems.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe('a file of strategy configs', () => {
  it('may be one config, which is no list', () => {
    expect(parseStrategyConfigs(ONE)).toMatchObject({ isList: false, configs: [{ symbol: 'SOL/USDT' }] });
  });

  it('may be a list, be it of one', () => {
    expect(parseStrategyConfigs([ONE])).toMatchObject({ isList: true, configs: [{ symbol: 'SOL/USDT' }] });
  });

  it('may have legs that leave out what stands beside them', () => {
    const { kind, market } = ONE;
    const { configs } = parseStrategyConfigs(
      { kind, market, fees: { maker: '0.0005' }, legs: [{ symbol: 'SOL/USDT', params: ONE.params }, ETH] },
      { quote: '5' },
    );
    expect(configs.map(({ symbol, fees, balance }) => [symbol, fees.maker, balance.quote])).toEqual([
      ['SOL/USDT', '0.0005', '5'],
      ['ETH/USDT', '0.0005', '5'],
    ]);
  });

  it('names every wrong field with the config it is in', () => {
    expect(problems({ ...ONE, params: undefined, legs: [ETH, { params: 1 }, 5] })).toEqual([
      'legs.1.params',
      'legs.2',
    ]);
    expect(problems([ONE, { ...ONE, symbol: 'SOL' }])).toEqual(['1.symbol']);
    expect(problems([])).toEqual(['']);
    expect(problems({ ...ONE, legs: {} })).toEqual(['legs']);
  });
});
