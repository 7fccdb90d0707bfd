import type { Steps, Ticks } from '@gridfleet/shared/domain';
import { refuse } from '../venue/errors.js';
import { STP_MODES, type OrderSide, type StpMode } from '../venue/order.js';
import type { Params } from '../venue/params.js';
import type { Units } from '../venue/units.js';
import { refuseFutures } from './errors.js';
import type { FuturesMarket } from './futures-market.js';
import {
  FUTURES_ORDER_TYPES,
  FUTURES_TIMES_IN_FORCE,
  type FuturesOrderType,
  type FuturesTicket,
  type FuturesTimeInForce,
} from './order.js';
import type { PositionSide } from './position.js';
import type { FuturesRules } from './rules.js';
import type { Trader } from './trader.js';

/** Binance USDT-M's rule for client order ids. */
const CLIENT_ORDER_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
/** Good-till-date orders must live at least this long, ms. */
const SHORTEST_GTD = 600_000;
/** Levels that `priceMatch` counts from the best one. */
const PRICE_MATCH = /^(OPPONENT|QUEUE)(?:_(5|10|20))?$/;

/** Reads and checks a new order, up to what needs the account's margin. */
export function readFuturesTicket(
  params: Params,
  trader: Trader,
  market: FuturesMarket,
  now: number,
  newId: () => string,
): FuturesTicket {
  const { rules } = market;
  const side = readSide(params);
  const type = readOrderType(params);
  const positionSide = readPositionSide(params, trader);
  const reduceOnly = readReduceOnly(params, trader);
  const quantity = readQuantity(rules, params.requiredAmount('quantity'), type === 'MARKET');
  const common = {
    rules,
    side,
    positionSide,
    type,
    quantity,
    reduceOnly,
    clientOrderId: readClientId(params, 'newClientOrderId') ?? newId(),
    stpMode: readStpMode(params),
    origType: type,
    closePosition: false,
  };
  if (type === 'MARKET') {
    for (const name of ['price', 'timeInForce', 'priceMatch'])
      if (params.has(name)) throw refuse.notRequired(name.toLowerCase());
    return { ...common, timeInForce: 'GTC', price: 0, priceMatch: 'NONE', goodTillDate: 0 };
  }
  const timeInForce = readTimeInForce(params);
  return {
    ...common,
    timeInForce,
    ...readLimitPrice(params, market, side),
    goodTillDate: timeInForce === 'GTD' ? readGoodTill(params, now) : 0,
  };
}

export function readSide(params: Params): OrderSide {
  const side = params.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw refuse.side();
  return side;
}

/** @throws VenueError -4120 for the conditional types, which have endpoints of their own. */
function readOrderType(params: Params): FuturesOrderType {
  const type = params.required('type');
  if (type === 'LIMIT' || type === 'MARKET') return type;
  if ((FUTURES_ORDER_TYPES as readonly string[]).includes(type)) throw refuseFutures.useAlgo();
  throw refuse.orderType();
}

/** @throws VenueError -4060, or -4061 when it does not fit the account's position mode. */
export function readPositionSide(params: Params, { hedged }: Trader): PositionSide {
  const side = params.optional('positionSide') ?? 'BOTH';
  if (side !== 'BOTH' && side !== 'LONG' && side !== 'SHORT') throw refuseFutures.positionSide();
  if (hedged === (side === 'BOTH')) throw refuseFutures.sideMismatch();
  return side;
}

/** @throws VenueError -1106 in hedge mode, where the position side says it. */
export function readReduceOnly(params: Params, { hedged }: Trader): boolean {
  const value = params.matching('reduceOnly', /^(true|false)$/i);
  if (value !== undefined && hedged) throw refuse.notRequired('reduceonly');
  return value?.toLowerCase() === 'true';
}

export function readClientId(params: Params, name: string): string | undefined {
  const id = params.optional(name);
  if (id !== undefined && !CLIENT_ORDER_ID.test(id)) throw refuseFutures.clientId();
  return id;
}

export function readStpMode(params: Params): StpMode {
  const mode = params.optional('selfTradePreventionMode') ?? 'EXPIRE_MAKER';
  if (!Object.hasOwn(STP_MODES, mode)) {
    throw refuse.illegal('selfTradePreventionMode', Object.keys(STP_MODES).join('|'));
  }
  return mode as StpMode;
}

export function readTimeInForce(params: Params): FuturesTimeInForce {
  const text = params.required('timeInForce');
  const known = FUTURES_TIMES_IN_FORCE.find((timeInForce) => timeInForce === text);
  if (!known) throw refuse.timeInForce();
  return known;
}

function readGoodTill(params: Params, now: number): number {
  const till = params.integer('goodTillDate');
  if (till === undefined) throw refuse.missing('goodTillDate');
  if (till <= now + SHORTEST_GTD) throw refuseFutures.goodTillDate();
  // The exchange keeps whole seconds.
  return Math.floor(till / 1000) * 1000;
}

function readLimitPrice(
  params: Params,
  { rules, book }: FuturesMarket,
  side: OrderSide,
): Pick<FuturesTicket, 'price' | 'priceMatch'> {
  const priceMatch = params.matching('priceMatch', PRICE_MATCH);
  if (priceMatch === undefined) {
    return { price: readPrice(rules, params.requiredAmount('price')), priceMatch: 'NONE' };
  }
  if (params.has('price')) throw refuse.notRequired('price');
  const [, kind, levels = '1'] = PRICE_MATCH.exec(priceMatch) ?? [];
  const own = (kind === 'QUEUE') === (side === 'BUY') ? 'buy' : 'sell';
  const found = book.book.depth(own, Number(levels));
  const level = found[Number(levels) - 1];
  if (!level) throw refuseFutures.counterpartyPrice();
  return { price: level[0], priceMatch };
}

/** A price as ticks. @throws VenueError -4001, -4002, -4013, -4014, -1111. */
export function readPrice(rules: FuturesRules, price: Units): Ticks {
  if (price <= 0n) throw refuseFutures.priceNotPositive();
  if (tooPrecise(price, rules.pricePrecision)) throw refuseFutures.precision();
  if (price > rules.maxPrice) throw refuseFutures.priceAboveMax();
  if (price < rules.minPrice) throw refuseFutures.priceBelowMin();
  if (price % rules.tick !== 0n) throw refuseFutures.offTick();
  return Number(price / rules.tick);
}

/** A quantity as steps. @throws VenueError -4003, -4004, -4005, -4023, -1111. */
export function readQuantity(rules: FuturesRules, quantity: Units, market: boolean): Steps {
  if (quantity <= 0n) throw refuseFutures.quantityNotPositive();
  if (tooPrecise(quantity, rules.quantityPrecision)) throw refuseFutures.precision();
  if (quantity < rules.minQty) throw refuseFutures.quantityBelowMin();
  if (quantity > (market ? rules.marketMaxQty : rules.maxQty)) throw refuseFutures.quantityAboveMax();
  if (quantity % rules.step !== 0n) throw refuseFutures.offStep();
  return Number(quantity / rules.step);
}

function tooPrecise(amount: Units, places: number): boolean {
  return amount % 10n ** BigInt(8 - places) !== 0n;
}
