import { averagePrice } from '../../market/statistics.js';
import { AVG_PRICE_MINUTES } from '../../venue/filters.js';
import { aggTradeJson, dayTickerJson, depthJson, levelJson, tradeJson } from '../../venue/market-formats.js';
import { priceText } from '../../venue/rules.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import { unitsText } from '../../venue/units.js';
import { publicEndpoint, type Endpoint } from '../endpoint.js';
import { klineRows, optionalInteger, timeRange } from './klines.js';
import { oneMarket, perMarket } from './symbols.js';

/** Books, trades, candles and tickers. */
export function marketDataEndpoints(venue: SpotVenue): Endpoint[] {
  return [
    publicEndpoint('GET /api/v3/depth', ({ params }) =>
      depthJson(oneMarket(venue, params), params.limit(100, 5000)),
    ),
    publicEndpoint('GET /api/v3/trades', ({ params }) => {
      const market = oneMarket(venue, params);
      return market.tape.trades(params.limit(500, 1000)).map((trade) => tradeJson(market.rules, trade));
    }),
    publicEndpoint('GET /api/v3/historicalTrades', ({ params }) => {
      const { tape, rules } = oneMarket(venue, params);
      const trades = tape.trades(params.limit(500, 1000), params.integer('fromId'));
      return trades.map((trade) => tradeJson(rules, trade));
    }),
    publicEndpoint('GET /api/v3/aggTrades', ({ params }) => {
      const market = oneMarket(venue, params);
      const query = {
        ...timeRange(params),
        ...optionalInteger(params, 'fromId'),
        limit: params.limit(500, 1000),
      };
      return market.tape.aggregated(query).map((trade) => aggTradeJson(market.rules, trade));
    }),
    publicEndpoint('GET /api/v3/klines', ({ params, now }) => {
      const { klines, rules } = oneMarket(venue, params);
      return klineRows(klines, rules, params, now);
    }),
    publicEndpoint('GET /api/v3/avgPrice', ({ params, now }) => {
      const market = oneMarket(venue, params);
      return {
        mins: AVG_PRICE_MINUTES,
        price: unitsText(averagePrice(market, now)),
        closeTime: market.tape.last?.time ?? now,
      };
    }),
    publicEndpoint('GET /api/v3/ticker/24hr', ({ params, now }) =>
      perMarket(venue, params, (market) => dayTickerJson(market, now)),
    ),
    publicEndpoint('GET /api/v3/ticker/price', ({ params }) =>
      perMarket(venue, params, (market) => ({
        symbol: market.rules.symbol,
        price: priceText(market.rules, market.lastPrice()),
      })),
    ),
    publicEndpoint('GET /api/v3/ticker/bookTicker', ({ params }) =>
      perMarket(venue, params, ({ rules, best }) => {
        const [bidPrice, bidQty] = levelJson(rules, best.bid ?? [0, 0]);
        const [askPrice, askQty] = levelJson(rules, best.ask ?? [0, 0]);
        return { symbol: rules.symbol, bidPrice, bidQty, askPrice, askQty };
      }),
    ),
  ];
}
