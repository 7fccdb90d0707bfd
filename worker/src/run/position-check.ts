import { dec, type Decimal, type DecimalString, type Market } from '@gridfleet/shared/domain';

export type PositionVerdict = 'missing' | 'covered' | 'undecided';

/**
 * Compares what a strategy believes to hold with what the account has. One look proves nothing (a trade may be booked
 * on one side only), so a verdict needs two looks in a row that see the same.
 */
export class PositionCheck {
  #last: { position: string; isCovered: boolean } | null = null;

  /** @param total the account's base, free and locked; null in markets that are not compared this way */
  look(market: Market, position: DecimalString, total: Decimal | null): PositionVerdict {
    if (total === null) return 'undecided';
    // Below one step nothing can be sold anyway: fees leave such residues.
    const isCovered = dec(position).lte(total.plus(market.stepSize));
    const before = this.#last;
    this.#last = { position, isCovered };
    if (before === null || before.isCovered !== isCovered || before.position !== position) return 'undecided';
    return isCovered ? 'covered' : 'missing';
  }
}
