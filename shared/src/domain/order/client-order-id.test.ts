import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUXILIARY_SLOT,
  clientOrderId,
  isOurs,
  parseClientOrderId,
  type ClientOrderIdParts,
} from './client-order-id.js';

const anyParts: fc.Arbitrary<ClientOrderIdParts> = fc.record({
  salt: fc.stringMatching(/^[a-z0-9]{4}$/),
  strategyId: fc.integer({ min: 0, max: 36 ** 6 - 1 }),
  leg: fc.integer({ min: 0, max: 35 }),
  slot: fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -800_000, max: 800_000 })),
  side: fc.constantFrom('buy', 'sell'),
  generation: fc.integer({ min: 0, max: 36 ** 5 - 1 }),
});

const parts: ClientOrderIdParts = {
  salt: 'k3x9',
  strategyId: 17,
  leg: 0,
  slot: 4,
  side: 'buy',
  generation: 3,
};

describe('client order id', () => {
  it('is the same for the same parts, today and after any update', () => {
    expect(clientOrderId(parts)).toBe('gfk3x900000h00008B00003');
    expect(clientOrderId({ ...parts, slot: AUXILIARY_SLOT })).toBe('gfk3x900000h0lflsB00003');
  });

  it('is alphanumeric and at most 32 characters', () => {
    fc.assert(
      fc.property(anyParts, (some) => {
        expect(clientOrderId(some)).toMatch(/^[A-Za-z0-9]{1,32}$/);
      }),
    );
  });

  it('can be taken apart again, and no other text can', () => {
    fc.assert(
      fc.property(anyParts, (some) => {
        expect(parseClientOrderId(clientOrderId(some))).toEqual(some);
      }),
    );
    for (const text of ['', 'gf', 'x-web-123', 'gfab12000007', `${clientOrderId(parts)}x`]) {
      expect(parseClientOrderId(text)).toBeNull();
    }
  });

  it('differs whenever any part differs', () => {
    fc.assert(
      fc.property(
        anyParts,
        anyParts,
        fc.constantFrom(...(Object.keys(parts) as (keyof typeof parts)[])),
        (a, b, key) => {
          const changed = { ...a, [key]: b[key] };
          expect(clientOrderId(a) === clientOrderId(changed)).toBe(a[key] === b[key]);
          const same = JSON.stringify(a) === JSON.stringify(b);
          expect(clientOrderId(a) === clientOrderId(b)).toBe(same);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['a salt of another form', { salt: 'ABCD' }],
    ['a negative strategy', { strategyId: -1 }],
    ['a strategy beyond six digits', { strategyId: 36 ** 6 }],
    ['a leg beyond one digit', { leg: 36 }],
    ['a slot too far away', { slot: -800_001 }],
    ['half a slot', { slot: 1.5 }],
    ['a generation beyond five digits', { generation: 36 ** 5 }],
    ['a generation that is no number', { generation: Number.NaN }],
  ])('refuses %s instead of making an ambiguous id', (_, change) => {
    expect(() => clientOrderId({ ...parts, ...change })).toThrow(RangeError);
  });

  it('is recognised as ours only with our salt', () => {
    expect(isOurs(clientOrderId(parts), 'k3x9')).toBe(true);
    expect(isOurs(clientOrderId(parts), 'k3x8')).toBe(false);
    expect(isOurs('x-web-123', 'k3x9')).toBe(false);
    expect(isOurs(undefined, 'k3x9')).toBe(false);
  });
});
