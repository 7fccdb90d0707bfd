import { dec, decStr, isDecimalString } from '@gridfleet/shared/domain';
import type { ManualOrderRequest } from '../api/manual-orders.js';

/** An order as the dialog holds it. */
export interface ManualOrderForm {
  accountId: number | null;
  market: string | null;
  side: 'buy' | 'sell';
  type: 'limit' | 'market';
  price: string;
  quantity: string;
  timeInForce: 'GTC' | 'IOC' | 'FOK';
  postOnly: boolean;
}

export type OrderProblem = 'required' | 'decimal' | 'step';

/** What is wrong with an amount: missing, no positive plain number, or no multiple of the market's step. */
export function amountProblem(text: string, step: string | null): OrderProblem | null {
  const value = text.trim();
  if (value === '') return 'required';
  if (!/^(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/.test(value) || dec(value).isZero()) return 'decimal';
  if (step !== null && isDecimalString(step) && !dec(value).mod(step).isZero()) return 'step';
  return null;
}

/** The request of a complete form, null while something is missing or wrong. Numbers are sent in their plain form. */
export function toManualOrder(
  form: ManualOrderForm,
  sizes: { tickSize: string | null; stepSize: string | null },
): ManualOrderRequest | null {
  const { accountId, market, side, type, timeInForce, postOnly } = form;
  if (accountId === null || market === null) return null;
  if (amountProblem(form.quantity, sizes.stepSize) !== null) return null;
  const quantity = decStr(dec(form.quantity.trim()));
  const order = { accountId, market, side, type, quantity };
  if (type === 'market') return order;
  if (amountProblem(form.price, sizes.tickSize) !== null) return null;
  const isResting = timeInForce === 'GTC';
  return {
    ...order,
    price: decStr(dec(form.price.trim())),
    timeInForce,
    ...(isResting && postOnly ? { postOnly } : {}),
  };
}

/** Price × quantity; at the market the side's best quote. Null while one of them is missing. */
export function orderWorth(
  order: ManualOrderRequest,
  quote: { bid: string; ask: string } | null,
): string | null {
  const price = order.price ?? (order.side === 'buy' ? quote?.ask : quote?.bid);
  return price === undefined ? null : decStr(dec(order.quantity).times(price));
}
