import type { Ticks } from '@gridfleet/shared/domain';
import type { Level } from '@gridfleet/shared/domain/matching';
import { openTimeOf, type Bar } from '../market/klines.js';
import type { SpotMarket } from '../market/spot-market.js';
import { dayBar, weightedPrice } from '../market/statistics.js';
import type { AggTrade, Trade } from '../market/tape.js';
import { filterList } from './filters.js';
import type { MarketStatus } from './market-states.js';
import { ORDER_TYPES, STP_MODES } from './order.js';
import { priceText, priceUnits, quantityText, quoteUnits, type SymbolRules } from './rules.js';
import { unitsText } from './units.js';

type Json = Record<string, unknown>;

const DAY = 24 * 60 * 60 * 1000;
const ASSET_PRECISION = 8;
const PERMISSIONS = ['SPOT'];

/** A symbol of `exchangeInfo`. */
export function symbolJson(rules: SymbolRules, status: MarketStatus): Json {
  return {
    symbol: rules.symbol,
    status,
    baseAsset: rules.base,
    baseAssetPrecision: ASSET_PRECISION,
    quoteAsset: rules.quote,
    quotePrecision: ASSET_PRECISION,
    quoteAssetPrecision: ASSET_PRECISION,
    baseCommissionPrecision: ASSET_PRECISION,
    quoteCommissionPrecision: ASSET_PRECISION,
    orderTypes: ORDER_TYPES,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filterList(rules),
    permissions: PERMISSIONS,
    permissionSets: [PERMISSIONS],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: Object.keys(STP_MODES),
  };
}

/** A level as the exchange writes it. */
export function levelJson(rules: SymbolRules, [price, quantity]: Level): [string, string] {
  return [priceText(rules, price), quantityText(rules, quantity)];
}

/** A book snapshot; its `lastUpdateId` is of the sequence that the diff streams use. */
export function depthJson(market: SpotMarket, limit: number): Json {
  return {
    lastUpdateId: market.updateId,
    bids: market.book.depth('buy', limit).map((level) => levelJson(market.rules, level)),
    asks: market.book.depth('sell', limit).map((level) => levelJson(market.rules, level)),
  };
}

export function tradeJson(rules: SymbolRules, trade: Trade): Json {
  return {
    id: trade.id,
    price: priceText(rules, trade.price),
    qty: quantityText(rules, trade.quantity),
    quoteQty: unitsText(quoteUnits(rules, trade.price, trade.quantity)),
    time: trade.time,
    isBuyerMaker: trade.aggressor === 'sell',
    isBestMatch: true,
  };
}

export function aggTradeJson(rules: SymbolRules, trade: AggTrade): Json {
  return {
    a: trade.id,
    p: priceText(rules, trade.price),
    q: quantityText(rules, trade.quantity),
    f: trade.firstId,
    l: trade.lastId,
    T: trade.time,
    m: trade.aggressor === 'sell',
    M: true,
  };
}

/** A candle as `GET klines` writes it. */
export function klineRow(rules: SymbolRules, bar: Bar, interval: number): unknown[] {
  return [
    bar.openTime,
    priceText(rules, bar.open),
    priceText(rules, bar.high),
    priceText(rules, bar.low),
    priceText(rules, bar.close),
    quantityText(rules, bar.volume),
    bar.openTime + interval - 1,
    unitsText(bar.quoteVolume * rules.quoteUnit),
    bar.trades,
    quantityText(rules, bar.buyVolume),
    unitsText(bar.buyQuoteVolume * rules.quoteUnit),
    '0',
  ];
}

/** A candle as the kline stream writes it. */
export function klineEvent(rules: SymbolRules, bar: Bar, name: string, interval: number, now: number): Json {
  return {
    e: 'kline',
    E: now,
    s: rules.symbol,
    k: {
      t: bar.openTime,
      T: bar.openTime + interval - 1,
      s: rules.symbol,
      i: name,
      f: bar.firstId,
      L: bar.lastId,
      o: priceText(rules, bar.open),
      c: priceText(rules, bar.close),
      h: priceText(rules, bar.high),
      l: priceText(rules, bar.low),
      v: quantityText(rules, bar.volume),
      n: bar.trades,
      x: bar.openTime < openTimeOf(now, interval),
      q: unitsText(bar.quoteVolume * rules.quoteUnit),
      V: quantityText(rules, bar.buyVolume),
      Q: unitsText(bar.buyQuoteVolume * rules.quoteUnit),
      B: '0',
    },
  };
}

/** `ticker/24hr` and the `ticker` stream are the same numbers under different names. */
export interface DayTicker {
  bar: Bar;
  change: string;
  changePercent: string;
  weightedAverage: string;
  lastQuantity: string;
  bid: [string, string];
  ask: [string, string];
  openTime: number;
  closeTime: number;
}

export function dayTicker(market: SpotMarket, now: number): DayTicker {
  const { rules, best } = market;
  const bar = dayBar(market, now);
  const change = priceUnits(rules, bar.close) - priceUnits(rules, bar.open);
  const none: Level = [0, 0];
  return {
    bar,
    change: unitsText(change),
    changePercent: percent(bar.close - bar.open, bar.open),
    weightedAverage: unitsText(weightedPrice(market, bar) ?? priceUnits(rules, bar.close)),
    lastQuantity: quantityText(rules, market.tape.last?.quantity ?? 0),
    bid: levelJson(rules, best.bid ?? none),
    ask: levelJson(rules, best.ask ?? none),
    openTime: now - DAY,
    closeTime: now,
  };
}

/** A ratio of ticks in percent with three decimals, for display. */
function percent(change: Ticks, of: Ticks): string {
  return of === 0 ? '0.000' : ((change * 100) / of).toFixed(3);
}

export function dayTickerJson(market: SpotMarket, now: number): Json {
  const { rules } = market;
  const { bar, ...ticker } = dayTicker(market, now);
  return {
    symbol: rules.symbol,
    priceChange: ticker.change,
    priceChangePercent: ticker.changePercent,
    weightedAvgPrice: ticker.weightedAverage,
    prevClosePrice: priceText(rules, bar.open),
    lastPrice: priceText(rules, bar.close),
    lastQty: ticker.lastQuantity,
    bidPrice: ticker.bid[0],
    bidQty: ticker.bid[1],
    askPrice: ticker.ask[0],
    askQty: ticker.ask[1],
    openPrice: priceText(rules, bar.open),
    highPrice: priceText(rules, bar.high),
    lowPrice: priceText(rules, bar.low),
    volume: quantityText(rules, bar.volume),
    quoteVolume: unitsText(bar.quoteVolume * rules.quoteUnit),
    openTime: ticker.openTime,
    closeTime: ticker.closeTime,
    firstId: bar.firstId,
    lastId: bar.lastId,
    count: bar.trades,
  };
}
