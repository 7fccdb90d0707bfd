import { dec, ZERO, type Decimal, type PositionSide } from '@gridfleet/shared/domain';
import type { FillRow } from '@gridfleet/shared/infra';

/** What a strategy holds by its fills, base by leg and position side; below zero when short. */
export class HeldContracts {
  readonly #held: Map<number, ReadonlyMap<PositionSide, Decimal>>;

  constructor(held: ReadonlyMap<number, ReadonlyMap<PositionSide, Decimal>>) {
    this.#held = new Map(held);
  }

  of(leg: number): ReadonlyMap<PositionSide, Decimal> {
    return this.#held.get(leg) ?? new Map<PositionSide, Decimal>();
  }

  add({ leg, positionSide, side, quantity }: FillRow): void {
    const sides = this.of(leg);
    const change = side === 'buy' ? dec(quantity) : dec(quantity).neg();
    this.#held.set(leg, new Map(sides).set(positionSide, (sides.get(positionSide) ?? ZERO).plus(change)));
  }
}
