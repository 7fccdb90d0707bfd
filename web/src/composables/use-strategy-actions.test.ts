import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en.js';
import { zhCn } from '../i18n/zh-cn.js';
import { stopChoices } from './use-strategy-actions.js';

const on = (market: string) => ({ legs: [{ market }] });

describe('ways to stop a strategy', () => {
  it('are to cancel, to keep, to sell and to buy, the safest first', () => {
    const values = stopChoices(on('SOL/USDT')).map(({ value }) => value);
    expect(values).toEqual(['cancel-orders', 'keep-orders', 'sell', 'buy']);
  });

  it('do not offer to buy base on a perpetual', () => {
    const values = stopChoices(on('SOL/USDT:USDT')).map(({ value }) => value);
    expect(values).toEqual(['cancel-orders', 'keep-orders', 'sell']);
  });

  it('each say in both languages what they will do', () => {
    for (const { key } of stopChoices(on('SOL/USDT')))
      for (const words of [en.strategies.confirm, zhCn.strategies.confirm]) {
        expect(words[key]).not.toBe('');
        expect(words[`${key}Effect`]).toContain('{orders}');
        expect(words[`${key}Effect`]).toContain('{position}');
      }
  });
});
