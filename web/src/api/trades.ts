import { get } from './client.js';
import type { FillDto, Page, TradeStats } from './types.js';

export const listTrades = (
  query: { strategyId?: number; limit: number; cursor?: string },
  signal?: AbortSignal,
) => get<Page<FillDto>>('/api/trades', signal, query);

export const getTradeStats = (query: { strategyId?: number; days?: number }, signal?: AbortSignal) =>
  get<TradeStats>('/api/trades/stats', signal, query);
