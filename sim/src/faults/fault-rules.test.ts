import { describe, expect, it } from 'vitest';
import { FaultRules } from './fault-rules.js';
import { readFaults } from './rule-spec.js';

describe('the rules', () => {
  it('decide the same for the same seed and requests, and differently for another seed', () => {
    const decide = (seed: number): string => {
      const rules = new FaultRules();
      const match = { path: '/api/*', probability: 0.4 };
      rules.set(readFaults({ seed, rules: [{ match, do: { type: 'delay', ms: { min: 0, max: 9 } } }] }));
      const subject = { venue: 'binance', method: 'GET', path: '/api/v3/time' };
      return Array.from(
        { length: 200 },
        () =>
          rules
            .forRequest(subject)
            .map(({ rule, action }) => (action.type === 'delay' ? rule.draw(action.ms) : '?'))
            .join() || '-',
      ).join(' ');
    };
    expect(decide(3)).toBe(decide(3));
    expect(decide(3)).not.toBe(decide(4));
  });

  it.each([
    [{ after: 2 }, '--xxxxxx'],
    [{ after: 1, nth: 2 }, '--x-----'],
    [{ every: 3 }, '--x--x--'],
    [{ after: 1, every: 2, count: 2 }, '--x-x---'],
    [{ probability: 0 }, '--------'],
    [{ symbol: 'ETHUSDT' }, '--------'],
    [{ path: '/api/v?/order' }, '--------'],
    [{ path: '*/order', symbol: 'BTC*' }, 'xxxxxxxx'],
  ])('with %j act on %s', (match, expected) => {
    const rules = new FaultRules();
    rules.set(
      readFaults({ rules: [{ match: { path: '/api/v3/order', ...match }, do: { type: 'drop-request' } }] }),
    );
    const subject = { venue: 'binance', method: 'POST', path: '/api/v3/order', symbol: 'BTCUSDT' };
    const acted = Array.from({ length: 8 }, () => (rules.forRequest(subject).length > 0 ? 'x' : '-'));
    expect(acted.join('')).toBe(expected);
  });
});
