import { dec, Decimal, decStr, ZERO, type DecimalString } from '../numbers/decimal.js';
import type { Side } from '../order/order.js';

/** How the cost of what is sold is found: oldest purchases first, or the average of all that is held. */
export type CostMethod = 'fifo' | 'average';

/** A fill as the books have it; money in the market's quote. */
export interface TaxFill {
  side: Side;
  /** ms since epoch. */
  time: number;
  quantity: DecimalString;
  amount: DecimalString;
  fee: DecimalString;
  feeAsset: string;
  /** The fee valued in quote. */
  feeQuote: DecimalString;
}

/** What was disposed of, and what it had cost. For a short, bought back: `acquiredAt` is the sale that opened it. */
export interface Disposal {
  /** ms since epoch; null when it is an average, or nothing says where the quantity came from. */
  acquiredAt: number | null;
  disposedAt: number;
  quantity: DecimalString;
  proceeds: DecimalString;
  cost: DecimalString;
  gain: DecimalString;
  /** No purchase is known for it (a deposit, a balance from before): its cost is counted as zero. */
  isUnmatched: boolean;
}

interface Lot {
  /** -1 for a short. */
  sign: 1 | -1;
  acquiredAt: number | null;
  quantity: Decimal;
  /** What it cost net of fees, or for a short what it brought. */
  value: Decimal;
}

/** Places that shares of a cost are rounded to; the rest stays with the remaining quantity, so that sums are exact. */
const PLACES = 18;

/** Cost of the holdings of one asset at one account, fill by fill in the order of time. */
export class TaxLots {
  readonly #method: CostMethod;
  readonly #base: string;
  readonly #shorts: boolean;
  #lots: Lot[] = [];

  /**
   * @param base asset that is bought and sold; fees in it change the quantity
   * @param shorts whether selling more than is held opens a short (contracts) or has no known purchase (spot)
   */
  constructor(method: CostMethod, base: string, shorts: boolean) {
    this.#method = method;
    this.#base = base;
    this.#shorts = shorts;
  }

  /** Books a fill. @returns what it disposed of, oldest purchase first. */
  book(fill: TaxFill): Disposal[] {
    const isBuy = fill.side === 'buy';
    const inBase = fill.feeAsset === this.#base;
    const fee = dec(fill.fee);
    const feeQuote = inBase ? ZERO : dec(fill.feeQuote);
    const baseFee = inBase ? fee : ZERO;
    // A fee in base makes a purchase smaller and a sale larger; any other fee makes it dearer.
    const quantity = isBuy ? dec(fill.quantity).minus(baseFee) : dec(fill.quantity).plus(baseFee);
    const value = isBuy ? dec(fill.amount).plus(feeQuote) : dec(fill.amount).minus(feeQuote);
    if (quantity.lte(0)) return [];
    const sign = isBuy ? 1 : -1;
    let left = quantity;
    let leftValue = value;
    const disposals: Disposal[] = [];
    for (;;) {
      const lot = this.#lots[0];
      if (left.isZero() || lot === undefined || lot.sign === sign) break;
      const taken = Decimal.min(left, lot.quantity);
      const share = part(leftValue, taken, left);
      const lotShare = part(lot.value, taken, lot.quantity);
      disposals.push(disposal(fill.time, lot, taken, share, lotShare));
      left = left.minus(taken);
      leftValue = leftValue.minus(share);
      if (taken.eq(lot.quantity)) this.#lots.shift();
      else this.#lots[0] = { ...lot, quantity: lot.quantity.minus(taken), value: lot.value.minus(lotShare) };
    }
    if (left.isZero()) return disposals;
    if (isBuy || this.#shorts) this.#open(sign, fill.time, left, leftValue);
    else disposals.push(unmatched(fill.time, left, leftValue));
    return disposals;
  }

  #open(sign: 1 | -1, time: number, quantity: Decimal, value: Decimal): void {
    const held = this.#lots[0];
    if (this.#method === 'average' && held !== undefined) {
      this.#lots = [
        { sign, acquiredAt: null, quantity: held.quantity.plus(quantity), value: held.value.plus(value) },
      ];
      return;
    }
    this.#lots.push({ sign, acquiredAt: this.#method === 'fifo' ? time : null, quantity, value });
  }
}

function part(value: Decimal, taken: Decimal, whole: Decimal): Decimal {
  return taken.eq(whole)
    ? value
    : value.times(taken).div(whole).toDecimalPlaces(PLACES, Decimal.ROUND_HALF_UP);
}

function disposal(time: number, lot: Lot, quantity: Decimal, value: Decimal, lotValue: Decimal): Disposal {
  const [proceeds, cost] = lot.sign === 1 ? [value, lotValue] : [lotValue, value];
  return {
    acquiredAt: lot.acquiredAt,
    disposedAt: time,
    quantity: decStr(quantity),
    proceeds: decStr(proceeds),
    cost: decStr(cost),
    gain: decStr(proceeds.minus(cost)),
    isUnmatched: false,
  };
}

function unmatched(time: number, quantity: Decimal, value: Decimal): Disposal {
  return {
    acquiredAt: null,
    disposedAt: time,
    quantity: decStr(quantity),
    proceeds: decStr(value),
    cost: '0',
    gain: decStr(value),
    isUnmatched: true,
  };
}
