import type { SpotVenue } from '../../venue/spot-venue.js';
import type { Endpoint } from '../endpoint.js';
import { accountEndpoints } from './account.js';
import { generalEndpoints } from './general.js';
import { marketDataEndpoints } from './market-data.js';
import { orderEndpoints } from './orders.js';

/** Every endpoint of a spot venue. */
export function spotEndpoints(venue: SpotVenue): Endpoint[] {
  return [
    ...generalEndpoints(venue),
    ...marketDataEndpoints(venue),
    ...orderEndpoints(venue),
    ...accountEndpoints(venue),
  ];
}
