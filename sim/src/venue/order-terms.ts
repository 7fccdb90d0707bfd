import type { Steps } from '@gridfleet/shared/domain';
import type { Account } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import { averagePrice } from '../market/statistics.js';
import type { SpotMarket } from '../market/spot-market.js';
import { reachesStop } from './conditional-orders.js';
import { refuse } from './errors.js';
import { checkOrderFilters } from './filters.js';
import { fundsNeeded, fundsToLock, fundsToWait, incomingOrder } from './incoming-order.js';
import type { MarketStates } from './market-states.js';
import type { OrderStore } from './order-store.js';
import { isConditional, isOpen, lockedAsset, type OrderTicket } from './order.js';
import type { Units } from './units.js';

/** What an order is accepted with. */
export interface Terms {
  quantity: Steps;
  lock: Units;
}

/** What an order is judged by beside its account and market. */
export interface TermsParts {
  readonly clock: Clock;
  readonly store: OrderStore;
  readonly states: MarketStates;
}

/** Everything an order must pass before it is accepted, in the exchange's order. @throws VenueError. */
export function orderTerms(
  { clock, store, states }: TermsParts,
  account: Account,
  market: SpotMarket,
  ticket: OrderTicket,
): Terms {
  const { rules, amount } = ticket;
  states.checkOrder(ticket);
  const known = store.byClientId(account, rules.symbol, ticket.clientOrderId);
  if (known && isOpen(known)) throw refuse.duplicateOrder();
  const average = averagePrice(market, clock.now());
  checkOrderFilters(ticket, states.shown(rules), average, {
    all: store.openCount(account, rules.symbol),
    conditional: () => store.open(account, rules.symbol).filter((order) => isConditional(order.type)).length,
  });
  const { free } = account.balances.get(lockedAsset(ticket));
  if (isConditional(ticket.type) && 'quantity' in amount) {
    const last = market.lastPrice();
    if (last > 0 && reachesStop(ticket, last, last)) throw refuse.wouldTrigger();
    const lock = fundsToWait(ticket, amount.quantity);
    if (free < lock) throw refuse.noFunds();
    return { quantity: amount.quantity, lock };
  }
  const plan = market.book.preview(incomingOrder(0, account, ticket));
  if (ticket.type === 'LIMIT_MAKER' && plan.steps.length > 0) throw refuse.wouldTake();
  if ('quoteOrderQty' in amount && plan.filled === 0) throw refuse.filter('LOT_SIZE');
  if (free < fundsNeeded(ticket, plan)) throw refuse.noFunds();
  const quantity = 'quantity' in amount ? amount.quantity : plan.filled;
  return { quantity, lock: fundsToLock(ticket, plan) };
}
