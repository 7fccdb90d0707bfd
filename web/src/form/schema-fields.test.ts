import { RangeGridParams } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { fieldsOf, initialValues, problemOf, problemsOf, toParams, type FieldSpec } from './schema-fields.js';

const fields = fieldsOf(JSON.parse(JSON.stringify(RangeGridParams)));

function field(name: string): FieldSpec {
  const found = fields.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

describe('form from a kind’s schema', () => {
  it('chooses the input by type alone', () => {
    expect(fields.map(({ name, input }) => `${name}:${input}`)).toEqual(
      expect.arrayContaining([
        'lower:decimal',
        'levels:integer',
        'spacing:select',
        'quantity.mode:select',
        'quantity.value:decimal',
        'postOnly:boolean',
      ]),
    );
  });

  it('takes titles, help, options, limits and examples from the schema', () => {
    expect(field('lower')).toMatchObject({ title: 'Lower price', required: true, example: '140' });
    expect(field('spacing').options).toEqual(['arithmetic', 'geometric', 'infinity']);
    expect(field('levels')).toMatchObject({ minimum: 2, maximum: 1000 });
  });

  it('reads options written as an enum, and names a property without a title', () => {
    const [mode, other] = fieldsOf({
      type: 'object',
      properties: { marginMode: { enum: ['cross', 'isolated'] }, extra: { type: 'array' } },
    });
    expect(mode).toMatchObject({ input: 'select', title: 'Margin mode', required: false });
    expect(other).toMatchObject({ input: 'json' });
  });

  it('starts with the defaults, or with the present params when editing', () => {
    const fresh = initialValues(fields);
    expect(fresh).toMatchObject({ lower: null, spacing: 'arithmetic', postOnly: false });
    const edited = initialValues(fields, { lower: '140', levels: 16, postOnly: true });
    expect(edited).toMatchObject({ lower: '140', levels: 16, postOnly: true, spacing: null });
  });

  it('accepts plain decimals and refuses everything else as a price', () => {
    const lower = field('lower');
    for (const good of ['140', '0.00001', ' 12.5 ']) expect(problemOf(lower, good)).toBeNull();
    for (const bad of ['1e5', '-1', '1,5', 'abc', '.5', '1.2.3'])
      expect(problemOf(lower, bad)).toEqual({ code: 'decimal' });
    expect(problemOf(lower, '')).toEqual({ code: 'required' });
    expect(problemOf(lower, null)).toEqual({ code: 'required' });
  });

  it('checks whole numbers against both limits', () => {
    const levels = field('levels');
    expect(problemOf(levels, '16')).toBeNull();
    expect(problemOf(levels, '1')).toEqual({ code: 'min', limit: 2 });
    expect(problemOf(levels, '1001')).toEqual({ code: 'max', limit: 1000 });
    expect(problemOf(levels, '2.5')).toEqual({ code: 'integer' });
    expect(problemOf(levels, 'many')).toEqual({ code: 'integer' });
  });

  it('refuses an option the schema does not list', () => {
    expect(problemOf(field('spacing'), 'random')).toEqual({ code: 'choice' });
  });

  it('sends numbers as numbers, money as text, and leaves blank optional fields out', () => {
    const values = {
      ...initialValues(fields),
      lower: ' 140.50 ',
      upper: '170',
      levels: '16',
      'quantity.value': '0.5',
    };
    expect(toParams(fields, values)).toEqual({
      lower: '140.50',
      upper: '170',
      levels: 16,
      spacing: 'arithmetic',
      quantity: { mode: 'base', value: '0.5' },
      profit: 'quote',
      initialInventory: 'buy',
      initialOrder: 'market',
      postOnly: false,
      direction: 'long',
      outOfRange: 'hold',
    });
    const optional = fieldsOf({ type: 'object', properties: { note: { type: 'string' } } });
    expect(toParams(optional, { note: '  ' })).toEqual({});
  });

  const withGroup = fieldsOf({
    type: 'object',
    properties: {
      trailing: {
        type: 'object',
        required: ['direction'],
        properties: {
          direction: { enum: ['up', 'down'] },
          highest: { type: 'string' },
          loud: { type: 'boolean', default: true },
        },
      },
    },
  });

  it('leaves an optional group out until something in it is filled in', () => {
    const blank = initialValues(withGroup);
    expect(blank).toEqual({ 'trailing.direction': null, 'trailing.highest': null, 'trailing.loud': false });
    expect(toParams(withGroup, blank)).toEqual({});
    expect([...problemsOf(withGroup, blank).values()]).toEqual([null, null, null]);
    const used = { ...blank, 'trailing.highest': '170' };
    expect(problemsOf(withGroup, used).get('trailing.direction')).toEqual({ code: 'required' });
    expect(toParams(withGroup, { ...used, 'trailing.direction': 'down' })).toEqual({
      trailing: { direction: 'down', highest: '170', loud: false },
    });
  });

  it('shows the present values of a group when editing', () => {
    expect(initialValues(withGroup, { trailing: { direction: 'down' } })).toMatchObject({
      'trailing.direction': 'down',
      'trailing.highest': null,
    });
  });

  it('has no fields for a schema of another shape', () => {
    expect(fieldsOf(null)).toEqual([]);
    expect(fieldsOf({ type: 'string' })).toEqual([]);
  });
});
