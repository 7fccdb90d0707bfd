import type { StrategyStatus } from '@gridfleet/shared/schema';

export type {
  Account,
  AccountBalance,
  AccountPosition,
  ArchivedTrade,
  AccountCreate,
  AccountUpdate,
  Backtest,
  BacktestCreate,
  BacktestState,
  Balance,
  BatchResult,
  Candle,
  CandleFile,
  CredentialTest,
  CycleDto,
  Environment,
  EquityPoint,
  EventSnapshot,
  FillDto,
  Health,
  ImportResult,
  Leg,
  LevelDto,
  MarketQuote,
  MarketRules,
  Order,
  OrderRecord,
  OrphanPolicy,
  PlanDto as Plan,
  PlatformEvent,
  PreviewRequest,
  ReasonDto,
  RunState,
  SlotRefusal,
  StopRequest,
  Strategy,
  StrategyCreate,
  StrategyFile,
  StrategyKindInfo,
  StrategyRevisionDto as StrategyRevision,
  StrategyStatus,
  StrategyUpdate,
  StrategyWhy,
  Position,
  Trade,
  TradeRecord,
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
