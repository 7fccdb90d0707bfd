import { refuse } from '../venue/errors.js';
import type { Params } from '../venue/params.js';
import { toUnits, type Units } from '../venue/units.js';
import type { AlgoTicket, WorkingType } from './algo-order.js';
import { refuseFutures } from './errors.js';
import {
  readClientId,
  readPositionSide,
  readPrice,
  readQuantity,
  readReduceOnly,
  readSide,
  readStpMode,
  readTimeInForce,
} from './order-entry.js';
import type { AlgoOrderType } from './order.js';
import type { FuturesRules } from './rules.js';
import type { Trader } from './trader.js';

const LIMIT_TYPES: readonly AlgoOrderType[] = ['STOP', 'TAKE_PROFIT'];
const TYPES: readonly AlgoOrderType[] = [
  ...LIMIT_TYPES,
  'STOP_MARKET',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
];
/** How far behind a trailing stop may follow, percent. */
const CALLBACK = { least: toUnits('0.1'), most: toUnits('10') };
const PERCENT = 100n;
const BOOLEAN = /^(true|false)$/i;

/** Reads and checks a conditional order, up to what needs prices. */
export function readAlgoTicket(
  params: Params,
  trader: Trader,
  rules: FuturesRules,
  newId: () => string,
): AlgoTicket {
  if (params.required('algoType') !== 'CONDITIONAL') throw refuse.illegal('algoType', 'CONDITIONAL');
  const side = readSide(params);
  const type = readType(params);
  const limit = LIMIT_TYPES.includes(type);
  const closePosition = readFlag(params, 'closePosition');
  const reduceOnly = readReduceOnly(params, trader);
  if (closePosition) checkClosing(params, type, reduceOnly);
  const trailing = type === 'TRAILING_STOP_MARKET';
  const triggerPrice = trailing ? 0 : readPrice(rules, readTrigger(params));
  if (params.has('priceMatch') && params.optional('priceMatch') !== 'NONE')
    throw refuse.notRequired('pricematch');
  return {
    rules,
    side,
    positionSide: readPositionSide(params, trader),
    type,
    timeInForce: params.has('timeInForce') ? readTimeInForce(params) : 'GTC',
    quantity: closePosition ? 0 : readQuantity(rules, params.requiredAmount('quantity'), !limit),
    price: limit ? readPrice(rules, params.requiredAmount('price')) : 0,
    triggerPrice,
    workingType: readWorkingType(params),
    priceProtect: readFlag(params, 'priceProtect'),
    closePosition,
    reduceOnly,
    activationPrice: trailing ? readActivation(params, rules) : 0,
    callbackRate: trailing ? readCallback(params) : 0n,
    clientAlgoId: readClientId(params, 'clientAlgoId') ?? newId(),
    stpMode: readStpMode(params),
    goodTillDate: 0,
  };
}

function readType(params: Params): AlgoOrderType {
  const text = params.required('type');
  const type = TYPES.find((known) => known === text);
  if (!type) throw refuse.orderType();
  return type;
}

function readFlag(params: Params, name: string): boolean {
  return params.matching(name, BOOLEAN)?.toLowerCase() === 'true';
}

function checkClosing(params: Params, type: AlgoOrderType, reduceOnly: boolean): void {
  if (type !== 'STOP_MARKET' && type !== 'TAKE_PROFIT_MARKET') throw refuseFutures.closePositionType();
  if (params.has('quantity')) throw refuse.notRequired('quantity');
  if (reduceOnly) throw refuse.notRequired('reduceonly');
}

function readTrigger(params: Params): Units {
  const trigger = params.requiredAmount('triggerPrice');
  if (trigger === 0n) throw refuseFutures.triggerNotPositive();
  return trigger;
}

function readWorkingType(params: Params): WorkingType {
  const text = params.optional('workingType') ?? 'CONTRACT_PRICE';
  if (text !== 'CONTRACT_PRICE' && text !== 'MARK_PRICE') {
    throw refuse.illegal('workingType', 'CONTRACT_PRICE|MARK_PRICE');
  }
  return text;
}

function readActivation(params: Params, rules: FuturesRules): number {
  const price = params.amount('activatePrice') ?? params.amount('activationPrice');
  return price === undefined ? 0 : readPrice(rules, price);
}

/** Percent in the request, a fraction in the ticket. */
function readCallback(params: Params): Units {
  const rate = params.requiredAmount('callbackRate');
  if (rate < CALLBACK.least || rate > CALLBACK.most) throw refuseFutures.callbackRate();
  return rate / PERCENT;
}
