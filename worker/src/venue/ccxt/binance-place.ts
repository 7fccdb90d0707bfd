import type { DecimalString } from '@gridfleet/shared/domain';
import type { PlaceRequest } from '../venue.js';
import { PLACE_RECV_WINDOW_MS } from './binance-client.js';

/** ccxt declares amounts as numbers but formats text exactly; this is the only place where the two meet. */
export function asText(value: DecimalString): number {
  return value as unknown as number;
}

/** What an order says beside market, side, price and quantity. */
export function placeParams(request: PlaceRequest): Record<string, unknown> {
  const { clientOrderId, type, postOnly, timeInForce } = request;
  const common = { clientOrderId, recvWindow: PLACE_RECV_WINDOW_MS };
  if (type !== 'limit') return common;
  return postOnly ? { ...common, postOnly: true } : { ...common, timeInForce };
}
