import { INTERVALS, openTimeOf } from '../../market/klines.js';
import { averagePrice } from '../../market/statistics.js';
import { refuse } from '../../venue/errors.js';
import { AVG_PRICE_MINUTES } from '../../venue/filters.js';
import {
  aggTradeJson,
  dayTickerJson,
  depthJson,
  klineRow,
  levelJson,
  tradeJson,
} from '../../venue/market-formats.js';
import type { Params } from '../../venue/params.js';
import { priceText } from '../../venue/rules.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import { unitsText } from '../../venue/units.js';
import { publicEndpoint, type Call, type Endpoint } from '../endpoint.js';
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
    publicEndpoint('GET /api/v3/aggTrades', ({ params }) => {
      const market = oneMarket(venue, params);
      const query = {
        ...timeRange(params),
        ...optionalInteger(params, 'fromId'),
        limit: params.limit(500, 1000),
      };
      return market.tape.aggregated(query).map((trade) => aggTradeJson(market.rules, trade));
    }),
    publicEndpoint('GET /api/v3/klines', (call) => klines(venue, call)),
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

function klines(venue: SpotVenue, { params, now }: Call): unknown[] {
  const market = oneMarket(venue, params);
  const interval = INTERVALS.get(params.required('interval'));
  if (interval === undefined) throw refuse.interval();
  const limit = params.limit(500, 1000);
  const { startTime, endTime = now } = timeRange(params);
  const latest = openTimeOf(Math.min(endTime, now), interval) - (limit - 1) * interval;
  const bars = market.klines.bars(interval, startTime ?? latest, endTime, now);
  return bars.slice(0, limit).map((bar) => klineRow(market.rules, bar, interval));
}

function timeRange(params: Params): { startTime?: number; endTime?: number } {
  return { ...optionalInteger(params, 'startTime'), ...optionalInteger(params, 'endTime') };
}

function optionalInteger<Name extends string>(params: Params, name: Name): { [key in Name]?: number } {
  const value = params.integer(name);
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: number });
}
