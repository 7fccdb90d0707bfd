import { describe, expect, it } from 'vitest';
import { changedParams } from './changed-params.js';
import { fieldsOf } from './schema-fields.js';

const fields = fieldsOf({
  type: 'object',
  required: ['levels', 'quantity'],
  properties: {
    levels: { type: 'integer' },
    quantity: {
      type: 'object',
      required: ['mode', 'value'],
      properties: { mode: { type: 'string' }, value: { type: 'string' } },
    },
  },
});
const present = { levels: 5, lower: '90', quantity: { mode: 'base', value: '1' } };
const choose = (...names: string[]) => fields.filter((field) => names.includes(field.name));

describe('the parameters of a batch change', () => {
  it('are the chosen fields alone', () => {
    expect(changedParams(choose('levels'), { levels: '9', 'quantity.value': '3' }, present)).toEqual({
      levels: 9,
    });
  });

  it('keep the rest of an object of which one field changes', () => {
    expect(changedParams(choose('quantity.value'), { 'quantity.value': '3' }, present)).toEqual({
      quantity: { mode: 'base', value: '3' },
    });
  });
});
