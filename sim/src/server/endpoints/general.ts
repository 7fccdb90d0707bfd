import { symbolJson } from '../../venue/market-formats.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import { publicEndpoint, signedEndpoint, type Endpoint } from '../endpoint.js';
import { manyMarkets, oneMarket } from './symbols.js';

/** Connectivity, time, rules and the state of the venue. */
export function generalEndpoints(venue: SpotVenue): Endpoint[] {
  const { limits } = venue.limits;
  return [
    publicEndpoint('GET /api/v3/ping', () => ({})),
    publicEndpoint('GET /api/v3/time', ({ now }) => ({ serverTime: now })),
    publicEndpoint('GET /api/v3/exchangeInfo', ({ params, now }) => ({
      timezone: 'UTC',
      serverTime: now,
      rateLimits: [
        {
          rateLimitType: 'REQUEST_WEIGHT',
          interval: 'MINUTE',
          intervalNum: 1,
          limit: limits.weightPerMinute,
        },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10s },
        { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: limits.ordersPerDay },
      ],
      exchangeFilters: [],
      symbols: (params.has('symbol') ? [oneMarket(venue, params)] : manyMarkets(venue, params)).map(
        (market) => symbolJson(market.rules),
      ),
    })),
    publicEndpoint('GET /sapi/v1/system/status', () => ({ status: 0, msg: 'normal' })),
    signedEndpoint('GET /sapi/v1/account/apiRestrictions', ({ now }) => ({
      ipRestrict: false,
      createTime: now,
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
      enableInternalTransfer: false,
      enableMargin: false,
      enableFutures: false,
      permitsUniversalTransfer: false,
      enableVanillaOptions: false,
    })),
  ];
}
