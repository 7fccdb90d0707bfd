import type { Account } from '../account/accounts.js';
import type { SymbolRules } from './rules.js';
import { ONE, timesRate, toUnits, type Units } from './units.js';

export const DISCOUNT_ASSET = 'BNB';
/** What is paid of the usual rate when commissions are taken in BNB (Binance spot fee schedule). */
export const DISCOUNT_RATE: Units = toUnits('0.75');

export interface Commission {
  asset: string;
  amount: Units;
}

/** One side of a trade that pays a commission. */
export interface Traded {
  rules: SymbolRules;
  buys: boolean;
  maker: boolean;
  /** Units traded. */
  base: Units;
  quote: Units;
}

/**
 * The commission of a fill: from what is received, or discounted in BNB when the account wants that, has enough of it
 * free and a market tells what BNB is worth in the quote asset.
 * @param bnbPrice units of an asset that one BNB costs; undefined when no market tells.
 */
export function commissionOf(
  account: Account,
  { rules, buys, maker, base, quote }: Traded,
  bnbPrice: (asset: string) => Units | undefined,
): Commission {
  const rate = maker ? account.makerRate : account.takerRate;
  const received = buys ? { asset: rules.base, amount: base } : { asset: rules.quote, amount: quote };
  const usual = { asset: received.asset, amount: timesRate(received.amount, rate) };
  if (!account.bnbFees) return usual;
  const discounted = timesRate(rate, DISCOUNT_RATE);
  if (received.asset === DISCOUNT_ASSET) {
    return { asset: DISCOUNT_ASSET, amount: timesRate(received.amount, discounted) };
  }
  const price = bnbPrice(rules.quote);
  if (price === undefined || price === 0n) return usual;
  const amount = (timesRate(quote, discounted) * ONE) / price;
  if (account.balances.get(DISCOUNT_ASSET).free < amount) return usual;
  return { asset: DISCOUNT_ASSET, amount };
}
