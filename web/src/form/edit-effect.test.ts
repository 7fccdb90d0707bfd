import { strategyKinds } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { paramChanges } from './edit-effect.js';
import { fieldsOf } from './schema-fields.js';

const fields = fieldsOf(strategyKinds.get('range-grid')?.schema);
const params = { lower: '90', upper: '110', levels: 11, quantity: { mode: 'base', value: '0.50' } };

describe('paramChanges', () => {
  it('names each parameter that differs, inner ones too', () => {
    const after = { ...params, levels: 21, quantity: { mode: 'base', value: '0.7' } };
    expect(
      paramChanges(fields, params, after).map(({ field, before, after: next }) => [field.name, before, next]),
    ).toEqual([
      ['levels', '11', '21'],
      ['quantity.value', '0.5', '0.7'],
    ]);
  });

  it('takes other spellings of a number for no change', () => {
    expect(paramChanges(fields, params, { ...params, lower: '90.00' })).toEqual([]);
  });
});
