import fc from 'fast-check';
import fastJson from 'fast-json-stringify';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { listOf, StrategyStatus } from '@gridfleet/shared/schema';
import { compileSerializer, writingSchema } from './serializer.js';

const Place = Type.Object({ code: Type.String(), at: Type.Integer() });
const Answer = Type.Object({
  text: Type.Union([Type.String(), Type.Null()]),
  count: Type.Union([Type.Null(), Type.Integer()]),
  place: Type.Union([Place, Type.Null()]),
  state: Type.Union([Type.Literal('on'), Type.Literal('off')]),
  side: Type.Union([Type.Literal('buy'), Type.Literal('sell'), Type.Null()]),
  either: Type.Union([Place, Type.Array(Type.String())]),
  when: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
});
const place = fc.record({ code: fc.string(), at: fc.integer() });
const answer = fc.record(
  {
    text: fc.option(fc.string({ unit: 'binary' })),
    count: fc.option(fc.integer()),
    place: fc.option(place),
    state: fc.constantFrom('on', 'off'),
    side: fc.option(fc.constantFrom('buy', 'sell')),
    either: fc.oneof(place, fc.array(fc.string())),
    when: fc.option(fc.constant('2026-01-31T12:00:00.000Z')),
  },
  { requiredKeys: ['text', 'count', 'place', 'state', 'side', 'either'] },
);

describe('the writer of answers', () => {
  test('writes the text that trying every option in turn would give', () => {
    const slowly = fastJson(Answer);
    const write = compileSerializer(Answer);
    fc.assert(
      fc.property(answer, (value) => {
        expect(write(value)).toBe(slowly(value));
        expect(JSON.parse(write(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('leaves out what the schema does not name, also within "this or null"', () => {
    const write = compileSerializer(Type.Object({ place: Type.Union([Place, Type.Null()]) }));
    expect(write({ place: { code: 'a', at: 1, secret: 'x' }, secret: 'y' })).toBe(
      '{"place":{"code":"a","at":1}}',
    );
  });

  test('has no options left to try in the status of a strategy', () => {
    expect(JSON.stringify(writingSchema(listOf(StrategyStatus)))).not.toContain('anyOf');
  });
});
