import type { Correction, ForeignOrder } from '@gridfleet/shared/schema';
import { command, get } from './client.js';
import type { List, Page } from './types.js';

export type { Correction, ForeignOrder };

/** What reconciliation put right, newest first. */
export const listCorrections = (
  query: { strategyId?: number; accountId?: number; limit: number; cursor?: string },
  signal?: AbortSignal,
) => get<Page<Correction>>('/api/journal', signal, query);

/** Open orders at the exchange that no row of ours explains, of one account. */
export const listForeignOrders = (accountId: number, signal?: AbortSignal) =>
  get<List<ForeignOrder>>(`/api/accounts/${accountId}/foreign-orders`, signal);

/** Takes an orphan into the books, or cancels it at the exchange. */
export const decideOrphan = (action: 'adopt' | 'cancel', order: ForeignOrder) =>
  command<ForeignOrder>('POST', `/api/journal/${action}`, {
    accountId: order.accountId,
    market: order.market,
    exchangeOrderId: order.exchangeOrderId,
  });
