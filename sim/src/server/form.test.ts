import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formPairs } from './form.js';

it('reads every form as URLSearchParams does', () => {
  const part = fc.string({
    unit: fc.constantFrom('a', 'B', '1', '.', '-', '=', '&', '%', '4', '+', 'é', '?'),
  });
  fc.assert(
    fc.property(part, (text) => {
      expect([...formPairs(text)]).toEqual([...new URLSearchParams(text)]);
    }),
  );
});
