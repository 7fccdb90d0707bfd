import { expect, it } from 'vitest';
import { paperKey } from './paper-key.js';

it('names every paper account differently', () => {
  const keys = Array.from({ length: 100 }, paperKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^paper-[0-9a-f]{32}$/);
});
