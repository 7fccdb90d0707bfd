import type { OrderHistory } from '../../faults/order-history.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import type { Endpoint } from '../endpoint.js';
import { accountEndpoints } from './account.js';
import { generalEndpoints } from './general.js';
import { marketDataEndpoints } from './market-data.js';
import { orderEndpoints } from './orders.js';

/** Every endpoint of a spot venue. */
export function spotEndpoints(venue: SpotVenue, history: OrderHistory): Endpoint[] {
  return [
    ...generalEndpoints(venue),
    ...marketDataEndpoints(venue),
    ...orderEndpoints(venue, history),
    ...accountEndpoints(venue, history),
  ];
}
