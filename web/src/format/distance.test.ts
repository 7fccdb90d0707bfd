import { describe, expect, it } from 'vitest';
import type { LevelDto } from '../api/types.js';
import { distanceText, nextLevels } from './distance.js';

const level = (slot: number, side: 'buy' | 'sell', price: string, state: LevelDto['state'] = 'resting') =>
  ({ slot, side, price, state }) as LevelDto;

describe('the distance to a level', () => {
  it.each([
    ['101', '100', '+1.000 %'],
    ['99.5', '100', '-0.500 %'],
    ['100', '100', '+0.000 %'],
  ])('from %s to %s', (price, now, text) => {
    expect(distanceText(price, now)).toBe(text);
  });

  it('is not made up without a price', () => {
    expect(distanceText('101', null)).toBe('–');
    expect(distanceText('101', '0')).toBe('–');
  });
});

describe('the next levels', () => {
  it('are the resting orders nearest to the price on each side', () => {
    const levels = [
      level(0, 'buy', '9'),
      level(1, 'buy', '10.5'),
      level(2, 'buy', '100', 'waiting'),
      level(3, 'sell', '120'),
      level(4, 'sell', '101'),
      level(5, 'sell', '99', 'frozen'),
    ];
    const { buys, sells } = nextLevels(levels, 1);
    expect(buys.map((item) => item.slot)).toEqual([1]);
    expect(sells.map((item) => item.slot)).toEqual([4]);
  });
});
