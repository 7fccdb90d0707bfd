import { dec, decStr } from '@gridfleet/shared/domain';
import type { LevelDto } from '../api/types.js';
import { formatFixed, NO_VALUE } from './money.js';

/** From the present price to `price`, as a percentage of the present price with its sign: "+0.120 %". */
export function distanceText(price: string, now: string | null): string {
  if (now === null) return NO_VALUE;
  const present = dec(now);
  if (present.isZero()) return NO_VALUE;
  const percent = dec(price).minus(present).div(present).times(100);
  return `${percent.isNegative() ? '' : '+'}${formatFixed(decStr(percent.toDecimalPlaces(3)), 3)} %`;
}

/** The orders nearest to the price: the highest resting buys and the lowest resting sells, at most `count` of each. */
export function nextLevels(
  levels: readonly LevelDto[],
  count: number,
): { buys: LevelDto[]; sells: LevelDto[] } {
  const resting = (side: LevelDto['side']): LevelDto[] =>
    levels.filter((level) => level.side === side && level.state === 'resting');
  const byPrice = (a: LevelDto, b: LevelDto): number => dec(a.price).cmp(dec(b.price));
  return {
    buys: resting('buy')
      .toSorted((a, b) => byPrice(b, a))
      .slice(0, count),
    sells: resting('sell').toSorted(byPrice).slice(0, count),
  };
}
