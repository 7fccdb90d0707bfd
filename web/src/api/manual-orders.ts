import type { ClosePositionRequest, ManualOrder, ManualOrderRequest } from '@gridfleet/shared/schema';
import { command } from './client.js';
import type { Confirmed } from './risk.js';
import type { Order } from './types.js';

export type { ClosePositionRequest, ManualOrder, ManualOrderRequest };

export const placeOrder = (body: ManualOrderRequest & Confirmed) =>
  command<ManualOrder>('POST', '/api/orders', body);

/** Cancels an order placed by hand. */
export const cancelOrder = (id: string) => command<Order>('DELETE', `/api/orders/${id}`);

export const closePosition = (body: ClosePositionRequest & Confirmed) =>
  command<ManualOrder>('POST', '/api/positions/close', body);
