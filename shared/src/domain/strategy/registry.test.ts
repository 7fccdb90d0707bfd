import { describe, expect, it } from 'vitest';
import { strategyKinds, type BoundKind } from './registry.js';
import { testLeg } from './range-grid/test-session.js';

function kindOf(name: string): BoundKind {
  const kind = strategyKinds.get(name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

const range = kindOf('range-grid');
const least = { lower: '140', upper: '170', levels: 16, quantity: { value: '1' } };

describe('strategy kinds', () => {
  it('fill in defaults, and leave what they were given as it was', () => {
    const given = { ...least };
    expect(range.errors(given)).toEqual([]);
    expect(range.bind(given).params).toEqual({
      ...least,
      spacing: 'arithmetic',
      quantity: { mode: 'base', value: '1' },
      profit: 'quote',
      initialInventory: 'buy',
      initialOrder: 'market',
      postOnly: false,
      direction: 'long',
      outOfRange: 'hold',
    });
    expect(given).toEqual(least);
  });

  it.each([
    ['a missing field', { ...least, upper: undefined }, 'upper'],
    ['an unknown field', { ...least, stopLoss: '1' }, 'stopLoss'],
    ['a number where text keeps it exact', { ...least, lower: 140 }, 'lower'],
    ['a negative price', { ...least, lower: '-1' }, 'lower'],
    ['an exponent', { ...least, quantity: { value: '1e-3' } }, 'quantity.value'],
    ['zero levels', { ...least, levels: 0 }, 'levels'],
    ['half a level', { ...least, levels: 2.5 }, 'levels'],
    ['an unknown choice', { ...least, spacing: 'random' }, 'spacing'],
  ])('name the field of %s, and do not bind it', (_, params, field) => {
    const given: unknown = JSON.parse(JSON.stringify(params));
    expect([...new Set(range.errors(given).map(({ path }) => path))]).toEqual([field]);
    expect(() => range.bind(given)).toThrow();
  });

  it.each([null, 'text', 5, []])('refuse %j as params', (params) => {
    expect(range.errors(params)).not.toEqual([]);
    expect(() => range.bind(params)).toThrow();
  });

  it('plan, start, step, restore and view through the bound form', () => {
    const strategy = range.bind(least);
    const context = { legs: [testLeg()] };
    expect(strategy.plan(context).refusals).toEqual([]);
    const started = strategy.start({ ...context, firstGeneration: 1, carried: null }, 0);
    const stepped = strategy.on(context, started.state, { type: 'timer', name: 'tick' }, 1);
    expect(stepped.state).toBe(started.state);
    const restored = strategy.restore(started.state.header, started.state.slots);
    expect(strategy.view(context, restored).levels).toHaveLength(15);
    expect(strategy.slotKey(context, 3)).toEqual({
      leg: 0,
      market: 'SOL/USDT',
      positionSide: 'net',
      slot: 3,
    });
  });
});
