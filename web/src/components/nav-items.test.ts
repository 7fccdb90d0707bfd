import { describe, expect, it } from 'vitest';
import { isCurrentItem, NAV } from './nav-items.js';

const items = NAV.flatMap((group) => group.items);
const currentAt = (path: string): string[] =>
  items.filter((item) => isCurrentItem(item, path)).map((item) => item.key);

describe('the current item of the navigation', () => {
  it.each([
    ['/', 'overview'],
    ['/monitor', 'monitor'],
    ['/strategies', 'strategies'],
    ['/strategies/7/edit', 'strategies'],
    ['/backtests/compare', 'backtests'],
  ])('at %s is %s alone', (path, key) => {
    expect(currentAt(path)).toEqual([key]);
  });

  it('is none at an address that no page has', () => {
    expect(currentAt('/strategiesx')).toEqual([]);
  });
});
