import type { Endpoint } from '../endpoint.js';
import type { FuturesEndpoints } from './endpoint.js';

/** The keys of private streams; these requests need no signature. */
export function futuresListenKey(api: FuturesEndpoints): Endpoint[] {
  const { listenKeys } = api.venue;
  return [
    api.keyed('POST /fapi/v1/listenKey', ({ trader, now }) => ({ listenKey: listenKeys.open(trader, now) })),
    api.keyed('PUT /fapi/v1/listenKey', ({ trader, now }) => ({
      listenKey: listenKeys.keepAlive(trader, now),
    })),
    api.keyed('DELETE /fapi/v1/listenKey', ({ trader }) => {
      listenKeys.close(trader);
      return {};
    }),
  ];
}
