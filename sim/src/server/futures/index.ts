import type { FuturesVenue } from '../../futures/futures-venue.js';
import type { Endpoint } from '../endpoint.js';
import { futuresAlgoOrders } from './algo-orders.js';
import { futuresBatches } from './batches.js';
import { FuturesEndpoints } from './endpoint.js';
import { futuresListenKey } from './listen-key.js';
import { futuresMarketData } from './market-data.js';
import { futuresOrders } from './orders.js';
import { futuresQueries } from './queries.js';
import { futuresSettings } from './settings.js';

/** Every endpoint of a futures venue. */
export function futuresEndpoints(venue: FuturesVenue): Endpoint[] {
  const api = new FuturesEndpoints(venue);
  return [
    ...futuresMarketData(api),
    ...futuresOrders(api),
    ...futuresBatches(api),
    ...futuresQueries(api),
    ...futuresSettings(api),
    ...futuresAlgoOrders(api),
    ...futuresListenKey(api),
  ];
}
