import { DEFAULT_LIMITS } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { limitFields } from './limit-fields.js';
import { initialValues, toParams } from './schema-fields.js';

describe('limitFields', () => {
  it('offers price and time stops to strategies alone', () => {
    const names = (scope: 'platform' | 'strategy'): string[] => limitFields(scope).map(({ name }) => name);
    expect(names('strategy')).toContain('stopPriceBelow');
    expect(names('strategy')).toContain('onStop');
    expect(names('platform')).not.toContain('stopPriceBelow');
    expect(names('platform')).toContain('maxDailyLoss');
  });

  it('asks for money as decimal text and for counts as whole numbers', () => {
    const inputs = new Map(limitFields('strategy').map(({ name, input }) => [name, input]));
    expect(inputs.get('maxOrderNotional')).toBe('decimal');
    expect(inputs.get('maxOpenOrders')).toBe('integer');
    expect(inputs.get('onStop')).toBe('select');
  });

  it('shows an example of each limit’s own size', () => {
    const examples = new Map(limitFields('strategy').map(({ name, example }) => [name, example]));
    expect(examples.get('priceBandPercent')).toBe('5');
    const order = Number(examples.get('maxOrderNotional'));
    expect(order).toBeLessThan(Number(examples.get('maxOpenNotional')));
    expect(Number(examples.get('stopPriceBelow'))).toBeLessThan(Number(examples.get('stopPriceAbove')));
  });

  it('sends what was stored back unchanged, and nothing for a blank field', () => {
    const fields = limitFields('strategy');
    expect(toParams(fields, initialValues(fields, DEFAULT_LIMITS.strategy))).toEqual(DEFAULT_LIMITS.strategy);
    expect(toParams(fields, initialValues(fields, {}))).toEqual({});
  });
});
