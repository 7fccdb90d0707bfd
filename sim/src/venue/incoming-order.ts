import type { IncomingOrder, TakePlan } from '@gridfleet/shared/domain/matching';
import type { Account } from '../account/accounts.js';
import { isMarketType, STP_MODES, type OrderTicket } from './order.js';
import { quantityUnits, quoteUnits } from './rules.js';
import type { Units } from './units.js';

/** An order as the book takes it. */
export function incomingOrder(id: number, account: Account, ticket: OrderTicket): IncomingOrder {
  const { amount, rules } = ticket;
  return {
    id,
    owner: account.apiKey,
    side: ticket.side === 'BUY' ? 'buy' : 'sell',
    price: isMarketType(ticket.type) ? null : ticket.price,
    amount:
      'quantity' in amount
        ? { quantity: amount.quantity }
        : { budget: amount.quoteOrderQty / rules.quoteUnit },
    timeInForce: ticket.timeInForce,
    postOnly: ticket.type === 'LIMIT_MAKER',
    selfTrade: STP_MODES[ticket.stpMode],
  };
}

/** What must be free for an order to be accepted, in the asset it pays with. */
export function fundsNeeded(ticket: OrderTicket, plan: TakePlan): Units {
  if (ticket.side === 'BUY' && 'quoteOrderQty' in ticket.amount) return ticket.amount.quoteOrderQty;
  return fundsToLock(ticket, plan);
}

/** What an order that goes to the book sets aside, in the asset it pays with. */
export function fundsToLock(ticket: OrderTicket, plan: TakePlan): Units {
  const { rules, amount } = ticket;
  if (ticket.side === 'SELL') {
    return quantityUnits(rules, 'quantity' in amount ? amount.quantity : plan.filled);
  }
  if (isMarketType(ticket.type) || 'quoteOrderQty' in amount) return plan.cost * rules.quoteUnit;
  return quoteUnits(rules, ticket.price, amount.quantity);
}

/** What an order that waits for its stop price sets aside: one that buys at any price, the value at the stop price. */
export function fundsToWait(
  ticket: Pick<OrderTicket, 'rules' | 'side' | 'price' | 'stopPrice'>,
  quantity: number,
): Units {
  const { rules, side, price, stopPrice } = ticket;
  return side === 'SELL' ? quantityUnits(rules, quantity) : quoteUnits(rules, price || stopPrice, quantity);
}
