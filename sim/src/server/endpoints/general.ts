import { symbolJson } from '../../venue/market-formats.js';
import type { Params } from '../../venue/params.js';
import type { SymbolRules } from '../../venue/rules.js';
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
      symbols: listed(venue, params).map((rules) =>
        symbolJson(venue.states.shown(rules), venue.states.statusOf(rules)),
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

/** The symbol or symbols named, or every listed one, with data or without. */
function listed(venue: SpotVenue, params: Params): SymbolRules[] {
  if (params.has('symbol')) return [oneMarket(venue, params).rules];
  if (params.has('symbols')) return manyMarkets(venue, params).map(({ rules }) => rules);
  return [...venue.listing.values()].filter(({ symbol }) => venue.states.isListed(symbol));
}
