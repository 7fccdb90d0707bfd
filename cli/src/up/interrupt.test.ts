import { describe, expect, test } from 'vitest';
import { meaningOf } from './interrupt.js';

describe('what a signal means', () => {
  test('the first one stops', () => {
    expect(meaningOf(undefined, 5_000)).toBe('stop');
  });

  test('one that follows at once is the same key press, delivered twice', () => {
    expect(meaningOf(5_000, 5_003)).toBe('same press');
  });

  test('one that follows later kills', () => {
    expect(meaningOf(5_000, 6_000)).toBe('kill');
  });
});
