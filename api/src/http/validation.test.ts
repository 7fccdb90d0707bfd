import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { GridfleetError } from '@gridfleet/shared/schema';
import { checkPart } from './validation.js';

const schema = Type.Object(
  {
    price: Type.String({ pattern: '^\\d+$' }),
    side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
    count: Type.Integer({ default: 3, minimum: 1 }),
    nested: Type.Optional(Type.Object({ list: Type.Array(Type.Integer()) })),
  },
  { additionalProperties: false },
);

function detailsOf(value: unknown): [string, string][] {
  try {
    checkPart(schema, value, 'body.params');
  } catch (error) {
    if (error instanceof GridfleetError) return error.details.map(({ field, code }) => [field, code]);
    throw error;
  }
  return [];
}

describe('a part of a body', () => {
  test('that fits comes back with its defaults, and is not changed itself', () => {
    const value = { price: '1', side: 'buy' };
    expect(checkPart(schema, value, 'body.params')).toEqual({ ...value, count: 3 });
    expect(value).not.toHaveProperty('count');
  });

  test.each<[string, unknown, [string, string][]]>([
    ['a wrong type', { price: 1, side: 'buy' }, [['body.params.price', 'TYPE']]],
    ['a number as text', { price: '1', side: 'buy', count: '3' }, [['body.params.count', 'TYPE']]],
    ['a missing field', { side: 'buy' }, [['body.params.price', 'REQUIRED']]],
    ['none of the choices', { price: '1', side: 'hold' }, [['body.params.side', 'ANY_OF']]],
    ['an unknown field', { price: '1', side: 'buy', x: 1 }, [['body.params.x', 'ADDITIONAL_PROPERTIES']]],
    [
      'an entry of a list',
      { price: '1', side: 'buy', nested: { list: [1, 'a'] } },
      [['body.params.nested.list.1', 'TYPE']],
    ],
    ['something else altogether', 5, [['body.params', 'TYPE']]],
    [
      'several things',
      { price: 'x', side: 'hold', count: 0 },
      [
        ['body.params.price', 'PATTERN'],
        ['body.params.side', 'ANY_OF'],
        ['body.params.count', 'MINIMUM'],
      ],
    ],
  ])('that has %s is refused, naming each field once', (_name, value, details) => {
    expect(detailsOf(value).sort()).toEqual([...details].sort());
  });
});
