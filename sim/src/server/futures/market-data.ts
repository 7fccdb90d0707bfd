import { contractJson, fundingJson, premiumJson } from '../../futures/market-formats.js';
import type { FuturesMarket } from '../../futures/futures-market.js';
import { aggTradeJson, dayTickerJson, depthJson, levelJson, tradeJson } from '../../venue/market-formats.js';
import { priceText } from '../../venue/rules.js';
import { unitsText, toUnits } from '../../venue/units.js';
import type { Endpoint } from '../endpoint.js';
import { klineRows, optionalInteger, timeRange } from '../endpoints/klines.js';
import { page } from '../endpoints/page.js';
import type { FuturesEndpoints } from './endpoint.js';

const HOUR = 3_600_000;
/** The largest funding rate of an interval either way, as `fundingInfo` shows it. */
const RATE_CAP = unitsText(toUnits('0.02'));

/** Connectivity, rules, books, trades, candles, tickers, mark prices and funding rates. */
export function futuresMarketData(api: FuturesEndpoints): Endpoint[] {
  const { venue } = api;
  const lastPrice = (now: number) => (market: FuturesMarket) => ({
    symbol: market.rules.symbol,
    price: priceText(market.rules, market.book.lastPrice()),
    time: market.book.tape.last?.time ?? now,
  });
  return [
    api.public('GET /fapi/v1/ping', () => ({})),
    api.public('GET /fapi/v1/time', ({ now }) => ({ serverTime: now })),
    api.public('GET /fapi/v1/exchangeInfo', ({ now }) => exchangeInfo(api, now)),
    api.public('GET /fapi/v1/depth', ({ params, now }) => {
      const { book } = api.market(params);
      const { lastUpdateId, bids, asks } = depthJson(book, params.limit(500, 1000));
      return { lastUpdateId, E: now, T: now, bids, asks };
    }),
    api.public('GET /fapi/v1/trades', ({ params }) => {
      const { book, rules } = api.market(params);
      return book.tape.trades(params.limit(500, 1000)).map((trade) => tradeJson(rules, trade));
    }),
    api.public('GET /fapi/v1/aggTrades', ({ params }) => {
      const { book, rules } = api.market(params);
      const range = { ...timeRange(params), ...optionalInteger(params, 'fromId') };
      return book.tape
        .aggregated({ ...range, limit: params.limit(500, 1000) })
        .map((trade) => aggTradeJson(rules, trade));
    }),
    api.public('GET /fapi/v1/klines', ({ params, now }) => {
      const { book, rules } = api.market(params);
      return klineRows(book.klines, rules, params, now);
    }),
    api.public('GET /fapi/v1/markPriceKlines', ({ params, now }) => {
      const { markKlines, rules } = api.market(params);
      return klineRows(markKlines, rules, params, now);
    }),
    api.public('GET /fapi/v1/premiumIndex', ({ params, now }) =>
      api.perMarket(params, (market) => premiumJson(market, now)),
    ),
    api.public('GET /fapi/v1/fundingRate', ({ params }) => {
      const markets = params.has('symbol') ? [api.market(params)] : venue.markets();
      const entries = markets.flatMap(({ rules, fundingHistory }) =>
        fundingHistory.map((entry) => ({ ...entry, symbol: rules.symbol })),
      );
      return page(entries, params, '', () => 0, 100).map((entry) => fundingJson(entry.symbol, entry));
    }),
    api.public('GET /fapi/v1/fundingInfo', () =>
      venue.markets().map(({ rules, funding }) => ({
        symbol: rules.symbol,
        adjustedFundingRateCap: RATE_CAP,
        adjustedFundingRateFloor: `-${RATE_CAP}`,
        fundingIntervalHours: funding.intervalMs / HOUR,
        disclaimer: false,
      })),
    ),
    api.public('GET /fapi/v1/ticker/24hr', ({ params, now }) =>
      api.perMarket(params, ({ book }) => dayTickerJson(book, now)),
    ),
    api.public('GET /fapi/v1/ticker/price', ({ params, now }) => api.perMarket(params, lastPrice(now))),
    api.public('GET /fapi/v2/ticker/price', ({ params, now }) => api.perMarket(params, lastPrice(now))),
    api.public('GET /fapi/v1/ticker/bookTicker', ({ params, now }) =>
      api.perMarket(params, ({ rules, book: { best, updateId } }) => {
        const [bidPrice, bidQty] = levelJson(rules, best.bid ?? [0, 0]);
        const [askPrice, askQty] = levelJson(rules, best.ask ?? [0, 0]);
        return {
          symbol: rules.symbol,
          bidPrice,
          bidQty,
          askPrice,
          askQty,
          time: now,
          lastUpdateId: updateId,
        };
      }),
    ),
  ];
}

function exchangeInfo({ venue }: FuturesEndpoints, now: number): Record<string, unknown> {
  const { limits } = venue;
  const weight = { interval: 'MINUTE', intervalNum: 1, limit: limits.limits.weightPerMinute };
  return {
    timezone: 'UTC',
    serverTime: now,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', ...weight },
      ...limits.orderLimits.map((limit) => ({ rateLimitType: 'ORDERS', ...limit })),
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '0' }],
    symbols: [...venue.listing.values()].map((rules) =>
      contractJson(rules, venue.opened(rules.symbol)?.status ?? 'TRADING'),
    ),
  };
}
