import type {
  AccountPosition,
  ArchivedTrade,
  ArchiveSource,
  DailySeries,
  EquityPoint,
  GroupStatsList,
  Position,
  Trade,
  TradeRecord,
} from '@gridfleet/shared/schema';
import { get, type Query } from './client.js';
import type { List, Order, OrderRecord, Page, TradeStats } from './types.js';

/** What lists, totals and exports of trades can be narrowed to. Dates are days of `timeZone`. */
export interface TradeFilter extends Query {
  strategyId?: number;
  accountId?: number;
  market?: string;
  side?: 'buy' | 'sell';
  from?: string;
  to?: string;
  timeZone?: string;
}
interface PageRequest extends Query {
  limit: number;
  cursor?: string;
}

export const listTrades = (query: TradeFilter & PageRequest, signal?: AbortSignal) =>
  get<Page<Trade>>('/api/trades', signal, query);

/** Trades of strategies removed long ago, and imported ones. */
export const listArchivedTrades = (
  query: TradeFilter & PageRequest & { source?: ArchiveSource },
  signal?: AbortSignal,
) => get<Page<ArchivedTrade>>('/api/archived-trades', signal, query);

/** Everything stored about one fill. */
export const getTrade = (id: string, signal?: AbortSignal) => get<TradeRecord>(`/api/trades/${id}`, signal);

export const getTradeStats = (query: TradeFilter & { days?: number }, signal?: AbortSignal) =>
  get<TradeStats>('/api/trades/stats', signal, query);

export const getGroupStats = (
  query: TradeFilter & { by: 'day' | 'market' | 'strategy' | 'account'; days?: number },
  signal?: AbortSignal,
) => get<GroupStatsList>('/api/trades/stats/groups', signal, query);

export const listAllOrders = (
  query: TradeFilter & PageRequest & { state: 'open' | 'closed' | 'all' },
  signal?: AbortSignal,
) => get<Page<Order>>('/api/orders', signal, query);

export const getOrder = (id: string, signal?: AbortSignal) => get<OrderRecord>(`/api/orders/${id}`, signal);

export const listPositions = (signal?: AbortSignal) => get<List<Position>>('/api/positions', signal);

/** What accounts have at the exchange, and who holds it. */
export const listAccountPositions = (signal?: AbortSignal) =>
  get<List<AccountPosition>>('/api/account-positions', signal);

export const listEquity = (
  query: { strategyId?: number; from?: string; timeZone?: string; points?: number },
  signal?: AbortSignal,
) => get<List<EquityPoint>>('/api/equity', signal, query);

export const listDaily = (query: TradeFilter, signal?: AbortSignal) =>
  get<DailySeries>('/api/daily', signal, query);

/** Address of a CSV file of what is filtered. */
export function csvUrl(
  name: 'trades' | 'archived-trades' | 'orders' | 'cycles' | 'daily',
  filter: TradeFilter,
): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(filter)) if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return `/api/exports/${name}${text === '' ? '' : `?${text}`}`;
}
