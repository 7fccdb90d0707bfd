import type { Ticks } from '@gridfleet/shared/domain';
import type { BookSnapshot, Level, Side } from '@gridfleet/shared/domain/matching';
import type { SymbolRules } from '../venue/rules.js';
import { toUnits, type Units } from '../venue/units.js';

const MILLION = 1_000_000;
/** Levels on each side. */
const LEVELS = 20;
/** Quantities go round a few steps, so that each book shows what takers took from the one before. */
const QUANTITY_CYCLE = 7;

/** The form of a book that no recording gives. */
export interface BookShape {
  /** Best ask over best bid, millionths of the price; at least one tick. */
  spreadPpm: number;
  /** What each level holds, quote. */
  levelQuote: Units;
}

export const STANDARD_SHAPE: BookShape = { spreadPpm: 100, levelQuote: toUnits('10000') };

/** Makes a book around a price: equal levels, a spread apart, as many on each side. */
export class SyntheticBook {
  #count = 0;

  constructor(
    private readonly rules: Pick<SymbolRules, 'quoteUnit'>,
    private readonly shape: BookShape,
  ) {}

  /** A market that has just traded at `price`: the best ask is there when a buyer came, the best bid otherwise. */
  around(price: Ticks, aggressor: Side): BookSnapshot {
    const spread = Math.max(1, Math.floor((price * this.shape.spreadPpm) / MILLION));
    const bid = Math.max(1, aggressor === 'buy' ? price - spread : price);
    const ask = Math.max(bid + 1, aggressor === 'buy' ? price : price + spread);
    this.#count = (this.#count + 1) % QUANTITY_CYCLE;
    const quantity = this.levelQuantity(price) + this.#count;
    const side = (best: Ticks, step: number): Level[] =>
      Array.from({ length: LEVELS }, (_, level): Level => [best + level * step, quantity]).filter(
        ([at]) => at > 0,
      );
    return { bids: side(bid, -spread), asks: side(ask, spread) };
  }

  /** Steps that a level holds at a price, at least one. */
  levelQuantity(price: Ticks): number {
    return Math.max(1, Number(this.shape.levelQuote / (BigInt(price) * this.rules.quoteUnit)));
  }
}
