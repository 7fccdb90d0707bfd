import type { Ticks } from '@gridfleet/shared/domain';
import type { TakePlan } from '@gridfleet/shared/domain/matching';
import { priceUnits, quantityUnits, quoteUnits } from '../venue/rules.js';
import { fixedText, ONE, plainText, toUnits, type Units } from '../venue/units.js';
import { accountMargin, symbolMargin, type MarginSources } from './account-margin.js';
import { refuseFutures } from './errors.js';
import { maxNotional } from './margin.js';
import { mayOnlyReduce, signed, type FuturesOrder, type FuturesTicket } from './order.js';
import { notionalAt } from './position.js';
import type { FuturesRules } from './rules.js';
import { closableSteps } from './settlement.js';
import type { Trader } from './trader.js';

/** PERCENT_PRICE: buys at most this much above the mark price, sells at least this much below it. */
export const PRICE_UP = toUnits('1.05');
export const PRICE_DOWN = toUnits('0.95');
export const MAX_NUM_ORDERS = 200;

/** PERCENT_PRICE of limit orders. @throws VenueError -4016 or -4024. */
export function checkPriceBand(ticket: FuturesTicket, mark: Units): void {
  // Without any price yet there is nothing to compare with.
  if (ticket.type === 'MARKET' || mark === 0n) return;
  const price = priceUnits(ticket.rules, ticket.price);
  const { up, down } = bandOf(ticket.rules, mark);
  if (ticket.side === 'BUY' && price > up) {
    throw refuseFutures.priceAboveBand(fixedText(up, ticket.rules.pricePrecision));
  }
  if (ticket.side === 'SELL' && price < down) {
    throw refuseFutures.priceBelowBand(fixedText(down, ticket.rules.pricePrecision));
  }
}

/** PERCENT_PRICE of market orders: looks at the best price they would meet. @throws VenueError -4131. */
export function checkCounterparty(ticket: FuturesTicket, best: Ticks | undefined, mark: Units): void {
  if (ticket.type !== 'MARKET') return;
  const { up, down } = bandOf(ticket.rules, mark);
  const price = best === undefined ? undefined : priceUnits(ticket.rules, best);
  if (price === undefined || (ticket.side === 'BUY' ? price > up : price < down)) {
    throw refuseFutures.counterpartyPrice();
  }
}

/** The whole ticks that PERCENT_PRICE allows, units. */
function bandOf(rules: FuturesRules, mark: Units): { up: Units; down: Units } {
  const up = (mark * PRICE_UP) / ONE;
  const down = (mark * PRICE_DOWN) / ONE;
  return { up: up - (up % rules.tick), down: down + ((rules.tick - (down % rules.tick)) % rules.tick) };
}

/** @throws VenueError -4164 when an order that opens is too small. */
export function checkNotional(ticket: FuturesTicket, mark: Units): void {
  const { rules, quantity } = ticket;
  if (mayOnlyReduce(ticket) || ticket.closePosition) return;
  const price = ticket.type === 'MARKET' ? mark : priceUnits(rules, ticket.price);
  if ((quantityUnits(rules, quantity) * price) / ONE < rules.minNotional) {
    throw refuseFutures.minNotional(plainText(rules.minNotional));
  }
}

/**
 * An order that may only reduce needs a position to reduce; one that rests must fit into it together with the other
 * resting ones. @throws VenueError -2022 or -4118.
 */
export function checkReduceOnly(
  trader: Trader,
  ticket: FuturesTicket,
  openOrders: readonly FuturesOrder[],
  without?: FuturesOrder,
): void {
  if (!mayOnlyReduce(ticket)) return;
  const closable = closableSteps(ticket, trader.position(ticket.rules, ticket.positionSide));
  if (closable === 0) throw refuseFutures.reduceOnly();
  const rests = ticket.type === 'LIMIT' && ticket.timeInForce !== 'IOC' && ticket.timeInForce !== 'FOK';
  if (!rests) return;
  if (ticket.quantity > closable) throw refuseFutures.reduceOnly();
  const others = openOrders.filter(
    (order) =>
      order !== without &&
      mayOnlyReduce(order) &&
      order.side === ticket.side &&
      order.positionSide === ticket.positionSide,
  );
  const waiting = others.reduce((sum, order) => sum + order.quantity - order.executed, 0);
  if (waiting + ticket.quantity > closable) throw refuseFutures.reduceOnlyTotal();
}

/** @throws VenueError -2027 when the position could grow beyond what its leverage allows, -2019 without margin for it. */
export function checkMargin(
  sources: MarginSources,
  trader: Trader,
  ticket: FuturesTicket,
  plan: TakePlan,
  without?: FuturesOrder,
): void {
  if (mayOnlyReduce(ticket)) return;
  const { rules, side, positionSide } = ticket;
  const mark = sources.mark(rules.symbol);
  const value = orderValue(ticket, plan, mark);
  const before = symbolMargin(sources, trader, rules.symbol);
  const after = symbolMargin(sources, trader, rules.symbol, { side, positionSide, value }, without);
  const needed = after.positions + after.orders - before.positions - before.orders;
  if (needed <= 0n) return;
  const position = trader.position(rules, positionSide);
  const size = signed(side, 1) * position.steps > 0 ? notionalAt(position, mark) : 0n;
  const limit = maxNotional(rules, trader.settings(rules.symbol).leverage);
  const pending = sources
    .openOrders(trader, rules.symbol)
    .filter((order) => order !== without && order.side === side && order.positionSide === positionSide)
    .reduce((sum, order) => sum + quoteUnits(rules, order.price, order.quantity - order.executed), 0n);
  if (size + pending + value > limit) throw refuseFutures.maxPosition();
  const loss = openLoss(ticket, value, mark);
  if (needed + loss > accountMargin(sources, trader).available) throw refuseFutures.noMargin();
}

/** Price × quantity of what an order may trade: at its limit, or at what it finds in the book. */
function orderValue(ticket: FuturesTicket, plan: TakePlan, mark: Units): Units {
  const { rules, quantity } = ticket;
  if (ticket.type === 'LIMIT') return quoteUnits(rules, ticket.price, quantity);
  const missing = quantityUnits(rules, quantity - plan.filled);
  return plan.cost * rules.quoteUnit + (missing * mark) / ONE;
}

/** What an order filled at its price would have lost at once, measured at the mark price. */
function openLoss(ticket: FuturesTicket, value: Units, mark: Units): Units {
  const atMark = (quantityUnits(ticket.rules, ticket.quantity) * mark) / ONE;
  const loss = ticket.side === 'BUY' ? value - atMark : atMark - value;
  return loss > 0n ? loss : 0n;
}
