import { command, compute, get } from './client.js';
import type {
  Candle,
  CycleDto,
  LevelDto,
  List,
  Order,
  Page,
  Plan,
  PreviewRequest,
  StopRequest,
  Strategy,
  StrategyCreate,
  StrategyKindInfo,
  StrategyRevision,
  StrategyStatus,
  StrategyUpdate,
  StrategyWhy,
} from './types.js';

const path = (id: number, rest = ''): string => `/api/strategies/${id}${rest}`;

export type CandleInterval = '1s' | '1m' | '5m';
export type OrderFilter = 'open' | 'closed' | 'all';

export const listKinds = (signal?: AbortSignal) => get<List<StrategyKindInfo>>('/api/strategy-kinds', signal);

/** Every strategy, however many pages there are. */
export async function listStrategies(signal?: AbortSignal): Promise<Strategy[]> {
  const items: Strategy[] = [];
  let cursor: string | null = null;
  do {
    const query = { status: 'active', sort: '-id', limit: 1000, ...(cursor === null ? {} : { cursor }) };
    const page: Page<Strategy> = await get<Page<Strategy>>('/api/strategies', signal, query);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

export const listRunning = (signal?: AbortSignal) =>
  get<List<StrategyStatus>>('/api/strategies/running', signal);

export const getStrategy = (id: number, signal?: AbortSignal) => get<Strategy>(path(id), signal);

export const getStatus = (id: number, signal?: AbortSignal) =>
  get<StrategyStatus>(path(id, '/status'), signal);

export const createStrategy = (body: StrategyCreate) => command<Strategy>('POST', '/api/strategies', body);

export const updateStrategy = (id: number, body: StrategyUpdate) => command<Strategy>('PUT', path(id), body);

export const deleteStrategy = (id: number) => command<null>('DELETE', path(id));

export const startStrategy = (id: number) => command<StrategyStatus>('POST', path(id, '/start'));

export const pauseStrategy = (id: number) => command<Strategy>('POST', path(id, '/pause'));

export const resumeStrategy = (id: number) => command<Strategy>('POST', path(id, '/resume'));

export const stopStrategy = (id: number, body: StopRequest) =>
  command<StrategyStatus>('POST', path(id, '/stop'), body);

export const previewStrategy = (body: PreviewRequest, signal?: AbortSignal) =>
  compute<Plan>('/api/strategies/preview', body, signal);

export const listLevels = (id: number, signal?: AbortSignal) =>
  get<List<LevelDto>>(path(id, '/levels'), signal);

export const listOrders = (
  id: number,
  query: { state: OrderFilter; limit: number; cursor?: string },
  signal?: AbortSignal,
) => get<Page<Order>>(path(id, '/orders'), signal, query);

export const listCycles = (id: number, query: { limit: number; cursor?: string }, signal?: AbortSignal) =>
  get<Page<CycleDto>>(path(id, '/cycles'), signal, query);

export const listCandles = (
  id: number,
  query: { interval: CandleInterval; limit: number },
  signal?: AbortSignal,
) => get<List<Candle>>(path(id, '/candles'), signal, query);

/** Parameters it has had, newest first. */
export const listRevisions = (id: number, signal?: AbortSignal) =>
  get<List<StrategyRevision>>(path(id, '/revisions'), signal);

/** Everything that keeps a strategy from having orders. */
export const getWhy = (id: number, signal?: AbortSignal) => get<StrategyWhy>(path(id, '/why'), signal);
