import { Decimal } from '../../numbers/decimal.js';
import { notional, type Steps, type Ticks } from '../../market/market.js';
import { isFeeInBase } from '../fee-currency.js';
import type { LegContext } from '../kind.js';

/** One cycle of a cell, quote. */
export interface CycleFigures {
  gross: Decimal;
  fees: Decimal;
  net: Decimal;
  /** Net as a percentage of the BUY's notional. A plan shows it of one cell only, and a division is dear. */
  percent: () => Decimal;
}

/** One cycle at the levels' prices, both orders maker. A buy's fee in base is missing from the sell. */
export function cycleFigures(context: LegContext, buy: Ticks, sell: Ticks, quantity: Steps): CycleFigures {
  const cost = notional(context.market, buy, quantity);
  const proceeds = notional(context.market, sell, quantity);
  const kept = new Decimal(1).minus(context.makerRate);
  const gross = proceeds.minus(cost);
  const net = isFeeInBase(context)
    ? proceeds.times(kept).times(kept).minus(cost)
    : gross.minus(cost.plus(proceeds).times(context.makerRate));
  const fees = gross.minus(net);
  const percent = (): Decimal => (cost.isZero() ? new Decimal(0) : net.div(cost).times(100));
  return { gross, fees, net, percent };
}

/** Smallest sell/buy ratio that pays both fees: `1/(1−f)²` with the buy's fee in base, `(1+f)/(1−f)` in quote. */
export function breakEvenRatio(context: LegContext): Decimal {
  const kept = new Decimal(1).minus(context.makerRate);
  return isFeeInBase(context)
    ? new Decimal(1).div(kept.times(kept))
    : new Decimal(1).plus(context.makerRate).div(kept);
}
