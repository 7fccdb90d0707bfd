import type { Ticks } from '@gridfleet/shared/domain';
import { refuse } from './errors.js';
import { isConditional, isMarketType, type OrderTicket } from './order.js';
import { priceUnits, quantityUnits, quoteUnits, type SymbolRules } from './rules.js';
import { unitsText, type Units } from './units.js';

/** How far from the average price an order may be, as fractions of it; wide, as on a liquid symbol in a calm market. */
const PERCENT_DOWN = { numerator: 1n, denominator: 5n, text: '0.2' };
const PERCENT_UP = { numerator: 5n, denominator: 1n, text: '5' };
/** Largest market order relative to the largest limit order. */
const MARKET_QTY_SHARE = 10n;
export const MAX_NUM_ORDERS = 200;
/** Conditional orders among them, triggered or not. */
export const MAX_NUM_ALGO_ORDERS = 5;
/** Minutes of the average price that PERCENT_PRICE_BY_SIDE and NOTIONAL use. */
export const AVG_PRICE_MINUTES = 5;

/** PRICE_FILTER as ticks. @throws VenueError -1013 outside the range or off the tick. */
export function priceTicks(rules: SymbolRules, price: Units): Ticks {
  if (price < rules.minPrice || price > rules.maxPrice || price % rules.tick !== 0n)
    throw refuse.filter('PRICE_FILTER');
  return Number(price / rules.tick);
}

/** LOT_SIZE, and MARKET_LOT_SIZE for market orders, as steps. @throws VenueError -1013. */
export function quantitySteps(rules: SymbolRules, quantity: Units, market: boolean): number {
  if (quantity < rules.minQty || quantity > rules.maxQty || quantity % rules.step !== 0n) {
    throw refuse.filter('LOT_SIZE');
  }
  if (market && quantity > rules.maxQty / MARKET_QTY_SHARE) throw refuse.filter('MARKET_LOT_SIZE');
  return Number(quantity / rules.step);
}

/**
 * The filters that look at the market and the account: PERCENT_PRICE_BY_SIDE, NOTIONAL, MAX_NUM_ORDERS,
 * MAX_NUM_ALGO_ORDERS.
 * @param limits notional limits in force now.
 * @param average average price, units of quote; 0 when unknown.
 * @param open how many orders, and conditional ones among them, the account has open in the symbol.
 */
export function checkOrderFilters(
  ticket: OrderTicket,
  limits: Pick<SymbolRules, 'minNotional' | 'maxNotional'>,
  average: Units,
  open: { all: number; conditional: () => number },
): void {
  const { rules, type } = ticket;
  if (!isMarketType(type) && average > 0n) {
    const price = priceUnits(rules, ticket.price);
    const low = (average * PERCENT_DOWN.numerator) / PERCENT_DOWN.denominator;
    const high = (average * PERCENT_UP.numerator) / PERCENT_UP.denominator;
    if (price < low || price > high) throw refuse.filter('PERCENT_PRICE_BY_SIDE');
  }
  const notional = notionalOf(ticket, average);
  if (notional < limits.minNotional || notional > limits.maxNotional) throw refuse.filter('NOTIONAL');
  if (type === 'MARKET') return;
  if (open.all >= MAX_NUM_ORDERS) throw refuse.filter('MAX_NUM_ORDERS');
  if (isConditional(type) && open.conditional() >= MAX_NUM_ALGO_ORDERS) {
    throw refuse.filter('MAX_NUM_ALGO_ORDERS');
  }
}

function notionalOf(ticket: OrderTicket, average: Units): Units {
  const { rules, amount } = ticket;
  if ('quoteOrderQty' in amount) return amount.quoteOrderQty;
  const price = ticket.price || ticket.stopPrice;
  if (price > 0) return quoteUnits(rules, price, amount.quantity);
  return (average * quantityUnits(rules, amount.quantity)) / 100_000_000n;
}

/** The filters as `exchangeInfo` shows them. */
export function filterList(rules: SymbolRules): Record<string, unknown>[] {
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: unitsText(rules.minPrice),
      maxPrice: unitsText(rules.maxPrice),
      tickSize: unitsText(rules.tick),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: unitsText(rules.minQty),
      maxQty: unitsText(rules.maxQty),
      stepSize: unitsText(rules.step),
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: unitsText(0n),
      maxQty: unitsText(rules.maxQty / MARKET_QTY_SHARE),
      stepSize: unitsText(0n),
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: PERCENT_UP.text,
      bidMultiplierDown: PERCENT_DOWN.text,
      askMultiplierUp: PERCENT_UP.text,
      askMultiplierDown: PERCENT_DOWN.text,
      avgPriceMins: AVG_PRICE_MINUTES,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: unitsText(rules.minNotional),
      applyMinToMarket: true,
      maxNotional: unitsText(rules.maxNotional),
      applyMaxToMarket: true,
      avgPriceMins: AVG_PRICE_MINUTES,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: MAX_NUM_ORDERS },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: MAX_NUM_ALGO_ORDERS },
  ];
}
