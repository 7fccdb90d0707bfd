import type { SpotMarket } from '../../market/spot-market.js';
import { refuse } from '../../venue/errors.js';
import { readSymbol } from '../../venue/order-entry.js';
import type { Params } from '../../venue/params.js';
import type { SpotVenue } from '../../venue/spot-venue.js';

const SYMBOLS = /^\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}")*\]$/;

/** The market named by `symbol`. @throws VenueError -1102, -1100, -1121. */
export function oneMarket(venue: SpotVenue, params: Params): SpotMarket {
  return venue.marketOf(readSymbol(params, (symbol) => venue.market(symbol)?.rules));
}

/** The markets named by `symbols`, or all of them. */
export function manyMarkets(venue: SpotVenue, params: Params): SpotMarket[] {
  const list = params.optional('symbols')?.replace(/\s/g, '');
  if (list === undefined) return venue.markets().filter(({ rules }) => venue.states.isListed(rules.symbol));
  if (!SYMBOLS.test(list)) throw refuse.illegal('symbols', SYMBOLS.source);
  return (JSON.parse(list) as string[]).map((symbol) => {
    const market = venue.market(symbol);
    if (!market) throw refuse.symbol();
    return market;
  });
}

/** One answer for `symbol`, an array for `symbols` or none. */
export function perMarket<T>(venue: SpotVenue, params: Params, format: (market: SpotMarket) => T): T | T[] {
  if (params.has('symbol') && params.has('symbols')) throw refuse.combination();
  if (params.has('symbol')) return format(oneMarket(venue, params));
  return manyMarkets(venue, params).map(format);
}
