import {
  Decimal,
  decStr,
  reducesOnly,
  unitMargin,
  type DecimalString,
  type Exposure,
  type LegContext,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import type { MarketQuote } from './admission-view.js';
import { priceOf } from './order-value.js';

/**
 * What a new order takes of its account's margin for each base unit. Null on spot, for an order that can only make a
 * position smaller, and where the leverage or the price (of a market order before the first quote) is not known: the
 * exchange alone decides then.
 * @param leverage of the contract on the order's account
 */
export function orderMargin(
  { market, takerRate }: LegContext,
  leverage: number | null,
  row: OrderRow,
  quote: MarketQuote | null,
  exposure: () => Exposure,
): DecimalString | null {
  const limit = priceOf(row, quote);
  if (market.type === 'spot' || leverage === null || limit === null) return null;
  if (reducesOnly(market, row, exposure)) return null;
  // A sale below the market opens its short at the market.
  const price = row.side === 'sell' && quote !== null ? Decimal.max(limit, quote.bid) : limit;
  return decStr(unitMargin(price, { leverage, takerRate }));
}
