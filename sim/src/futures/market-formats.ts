import type { MarketStatus } from '../venue/market-states.js';
import { STP_MODES } from '../venue/order.js';
import { plainText, toUnits, unitsText, type Units } from '../venue/units.js';
import { MAX_ALGO_ORDERS } from './algo-trading.js';
import type { FuturesMarket } from './futures-market.js';
import { MAX_NUM_ORDERS, PRICE_DOWN, PRICE_UP } from './order-checks.js';
import { FUTURES_ORDER_TYPES, FUTURES_TIMES_IN_FORCE } from './order.js';
import { MARGIN_ASSET, type FuturesRules } from './rules.js';

type Json = Record<string, unknown>;

/** Perpetual contracts carry this delivery date: 2100-12-25. */
const NO_DELIVERY = 4_133_404_800_000;
const LISTED = 1_569_398_400_000;
const INTEREST_RATE = toUnits('0.0001');

/** A contract of `exchangeInfo`. */
export function contractJson(rules: FuturesRules, status: MarketStatus): Json {
  return {
    symbol: rules.symbol,
    pair: rules.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: NO_DELIVERY,
    onboardDate: LISTED,
    status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: rules.base,
    quoteAsset: rules.quote,
    marginAsset: MARGIN_ASSET,
    pricePrecision: rules.pricePrecision,
    quantityPrecision: rules.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10_000,
    filters: contractFilters(rules),
    orderTypes: FUTURES_ORDER_TYPES,
    timeInForce: FUTURES_TIMES_IN_FORCE,
    permissionSets: ['GRID', 'COPY'],
    allowedSelfTradePreventionModes: Object.keys(STP_MODES),
  };
}

function contractFilters(rules: FuturesRules): Json[] {
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: plainText(rules.minPrice),
      maxPrice: plainText(rules.maxPrice),
      tickSize: unitsText(rules.tick),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: plainText(rules.minQty),
      maxQty: plainText(rules.maxQty),
      stepSize: unitsText(rules.step),
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: plainText(rules.minQty),
      maxQty: plainText(rules.marketMaxQty),
      stepSize: unitsText(rules.step),
    },
    { filterType: 'MAX_NUM_ORDERS', limit: MAX_NUM_ORDERS },
    { filterType: 'MAX_NUM_ALGO_ORDERS', limit: MAX_ALGO_ORDERS },
    { filterType: 'MIN_NOTIONAL', notional: plainText(rules.minNotional) },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: plainText(PRICE_UP),
      multiplierDown: plainText(PRICE_DOWN),
      multiplierDecimal: '4',
    },
  ];
}

/** An entry of `premiumIndex`. */
export function premiumJson(market: FuturesMarket, now: number): Json {
  const { rules, mark, funding } = market;
  return {
    symbol: rules.symbol,
    markPrice: unitsText(mark.value),
    indexPrice: unitsText(mark.index),
    estimatedSettlePrice: unitsText(mark.index),
    lastFundingRate: unitsText(funding.rate),
    interestRate: unitsText(INTEREST_RATE),
    nextFundingTime: market.nextFundingTime(now),
    time: now,
  };
}

/** The `markPriceUpdate` event. */
export function markEvent(market: FuturesMarket, now: number): Json {
  const { rules, mark, funding } = market;
  return {
    e: 'markPriceUpdate',
    E: now,
    s: rules.symbol,
    p: unitsText(mark.value),
    i: unitsText(mark.index),
    P: unitsText(mark.index),
    r: unitsText(funding.rate),
    T: market.nextFundingTime(now),
  };
}

/** A settled rate, as `fundingRate` lists it. */
export function fundingJson(symbol: string, entry: { rate: Units; time: number; mark: Units }): Json {
  return {
    symbol,
    fundingTime: entry.time,
    fundingRate: unitsText(entry.rate),
    markPrice: unitsText(entry.mark),
  };
}
