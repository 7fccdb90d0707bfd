import type { TimeInForce } from '@gridfleet/shared/domain/matching';
import { refuse } from './errors.js';
import { priceTicks, quantitySteps } from './filters.js';
import {
  isConditional,
  isMarketType,
  ORDER_TYPES,
  STP_MODES,
  type OrderSide,
  type OrderTicket,
  type OrderType,
  type StpMode,
} from './order.js';
import type { Params } from './params.js';
import type { SymbolRules } from './rules.js';

/** Binance spot's rule for client order ids. */
export const CLIENT_ORDER_ID = /^[a-zA-Z0-9-_]{1,36}$/;
/** Parameters of order types that the venue does not offer. */
const UNSUPPORTED = ['trailingDelta', 'icebergQty'];
const SYMBOL = /^[A-Z0-9-_.]{1,20}$/;

/** The rules of the symbol a request names. @throws VenueError -1102, -1100 or -1121. */
export function readSymbol(
  params: Params,
  rulesOf: (symbol: string) => SymbolRules | undefined,
): SymbolRules {
  params.required('symbol');
  const rules = rulesOf(params.matching('symbol', SYMBOL) ?? '');
  if (!rules) throw refuse.symbol();
  return rules;
}

/** Reads and checks the parameters of a new order, up to the filters that need no market. */
export function readTicket(params: Params, rules: SymbolRules, newId: () => string): OrderTicket {
  const side = readSide(params.required('side'));
  const type = readType(params.required('type'));
  const stpMode = readStpMode(params.optional('selfTradePreventionMode'));
  const clientOrderId = params.matching('newClientOrderId', CLIENT_ORDER_ID) ?? newId();
  for (const name of UNSUPPORTED) if (params.has(name)) throw refuse.notRequired(name);
  const stopPrice = readStopPrice(params, type, rules);
  if (isMarketType(type)) {
    const amount = readMarketAmount(params, type, rules);
    return { rules, side, type, stpMode, clientOrderId, stopPrice, timeInForce: 'GTC', price: 0, amount };
  }

  const timeInForce = readTimeInForce(params, type);
  if (params.has('quoteOrderQty')) throw refuse.notRequired('quoteOrderQty');
  const quantity = params.requiredAmount('quantity');
  const price = params.requiredAmount('price');
  if (quantity === 0n) throw refuse.invalidQuantity();
  if (price === 0n) throw refuse.invalidPrice();
  const ticks = priceTicks(rules, price);
  const amount = { quantity: quantitySteps(rules, quantity, false) };
  return { rules, side, type, stpMode, clientOrderId, stopPrice, timeInForce, price: ticks, amount };
}

function readStopPrice(params: Params, type: OrderType, rules: SymbolRules): number {
  if (!isConditional(type)) {
    if (params.has('stopPrice')) throw refuse.notRequired('stopPrice');
    return 0;
  }
  const stopPrice = params.amount('stopPrice');
  if (stopPrice === undefined) throw refuse.missingEither('stopPrice', 'trailingDelta');
  if (stopPrice === 0n) throw refuse.invalidPrice();
  return priceTicks(rules, stopPrice);
}

function readMarketAmount(params: Params, type: OrderType, rules: SymbolRules): OrderTicket['amount'] {
  for (const name of ['price', 'timeInForce']) if (params.has(name)) throw refuse.notRequired(name);
  const quantity = params.amount('quantity');
  const quoteOrderQty = params.amount('quoteOrderQty');
  if (quantity !== undefined && quoteOrderQty !== undefined) throw refuse.combination();
  if (type !== 'MARKET' && quoteOrderQty !== undefined) throw refuse.notRequired('quoteOrderQty');
  if (quoteOrderQty !== undefined) {
    if (quoteOrderQty === 0n) throw refuse.invalidQuantity();
    return { quoteOrderQty };
  }
  if (quantity === undefined) {
    throw type === 'MARKET' ? refuse.missingEither('quantity', 'quoteOrderQty') : refuse.missing('quantity');
  }
  if (quantity === 0n) throw refuse.invalidQuantity();
  return { quantity: quantitySteps(rules, quantity, true) };
}

function readSide(text: string): OrderSide {
  if (text !== 'BUY' && text !== 'SELL') throw refuse.side();
  return text;
}

function readType(text: string): OrderType {
  const type = ORDER_TYPES.find((known) => known === text);
  if (!type) throw refuse.orderType();
  return type;
}

function readStpMode(text: string | undefined): StpMode {
  if (text === undefined) return 'EXPIRE_MAKER';
  if (!Object.hasOwn(STP_MODES, text))
    throw refuse.illegal('selfTradePreventionMode', Object.keys(STP_MODES).join('|'));
  return text as StpMode;
}

function readTimeInForce(params: Params, type: OrderType): TimeInForce {
  if (type === 'LIMIT_MAKER') {
    if (params.has('timeInForce')) throw refuse.notRequired('timeInForce');
    return 'GTC';
  }
  const text = params.required('timeInForce');
  if (text !== 'GTC' && text !== 'IOC' && text !== 'FOK') throw refuse.timeInForce();
  return text;
}
