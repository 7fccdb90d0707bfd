import { priceUnits } from '../venue/rules.js';
import { ONE, type Units } from '../venue/units.js';
import type { AlgoOrder, AlgoTicket } from './algo-order.js';
import type { PriceRange } from './mark-price.js';

/** Whether an order waits for the price to rise: a buy stop and a sell take-profit do. */
function waitsAbove({ type, side }: Pick<AlgoTicket, 'type' | 'side'>): boolean {
  return type.startsWith('STOP') === (side === 'BUY');
}

/** Whether a price within the range triggers an order with a fixed trigger. */
export function reaches(
  ticket: Pick<AlgoTicket, 'type' | 'side' | 'rules' | 'triggerPrice'>,
  range: PriceRange,
): boolean {
  const trigger = priceUnits(ticket.rules, ticket.triggerPrice);
  return waitsAbove(ticket) ? range.high >= trigger : range.low <= trigger;
}

/**
 * Follows the price with a trailing stop and tells whether it turned back by the callback rate. A sell follows the
 * highest price since it is active, a buy the lowest; what came first within the range is taken to be the turn.
 */
export function trails(order: AlgoOrder, range: PriceRange, price: Units): boolean {
  const sell = order.side === 'SELL';
  if (order.extreme === undefined) {
    const activation = priceUnits(order.rules, order.activationPrice);
    const active = activation === 0n || (sell ? range.high >= activation : range.low <= activation);
    if (!active) return false;
    order.extreme = price;
  }
  if (turned(order, order.extreme, sell ? range.low : range.high)) return true;
  const reached = sell ? range.high : range.low;
  if (sell ? reached > order.extreme : reached < order.extreme) order.extreme = reached;
  return turned(order, order.extreme, price);
}

function turned({ side, callbackRate }: AlgoOrder, extreme: Units, price: Units): boolean {
  return side === 'SELL'
    ? price * ONE <= extreme * (ONE - callbackRate)
    : price * ONE >= extreme * (ONE + callbackRate);
}
