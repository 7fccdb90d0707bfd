import { describe, expect, test } from 'vitest';
import { parsePort, parseSeed, parseSpeed } from './arguments.js';

describe('command-line values', () => {
  test('a port is a whole number from 0 to 65535', () => {
    expect(['0', '8420', '65535'].map(parsePort)).toEqual([0, 8420, 65_535]);
    for (const text of ['', '-1', '65536', '80.5', '1e3', 'http', ' 80'])
      expect(() => parsePort(text)).toThrow();
  });

  test('a speed is above 0, fractions allowed', () => {
    expect(['1', '0.5', '20'].map(parseSpeed)).toEqual([1, 0.5, 20]);
    for (const text of ['0', '-1', 'fast', '', '1e9', '100000']) expect(() => parseSpeed(text)).toThrow();
  });

  test('a seed is a whole number', () => {
    expect(parseSeed('42')).toBe(42);
    for (const text of ['-1', '4.2', 'x', '']) expect(() => parseSeed(text)).toThrow();
  });
});
