import type { StrategyStatus } from '@gridfleet/shared/schema';

export type {
  Account,
  AccountCreate,
  AccountUpdate,
  Balance,
  Candle,
  CycleDto,
  Environment,
  EventSnapshot,
  FillDto,
  Health,
  Leg,
  LevelDto,
  MarketQuote,
  MarketRules,
  Order,
  PlanDto as Plan,
  PlatformEvent,
  PreviewRequest,
  ReasonDto,
  RunState,
  StopRequest,
  Strategy,
  StrategyCreate,
  StrategyKindInfo,
  StrategyStatus,
  StrategyUpdate,
  TradeStats,
  Venue,
  WorkerInfo,
} from '@gridfleet/shared/schema';

export type ProfitSplit = NonNullable<StrategyStatus['profit']>;

export interface List<T> {
  items: T[];
}

/** One page of a list, newest first; `nextCursor` null ends it. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
