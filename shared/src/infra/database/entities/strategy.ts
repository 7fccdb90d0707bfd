import { EntitySchema } from 'typeorm';
import type { PositionSide } from '../../../domain/order/order.js';
import type { TradingState } from '../../../schema/common.js';
import type { DesiredState, RunState } from '../../../schema/strategy.js';
import { FLAG, TIME } from './columns.js';

/** A configured plan and what is wanted of it. `params` is JSON; `fence` rises with each claim. */
export interface StrategyRow {
  id: number;
  userId: number;
  name: string;
  kind: string;
  params: string;
  revision: number;
  desiredState: DesiredState;
  stopOrders: string;
  tradingState: TradingState;
  fence: string;
  currentRunId: number | null;
  /** Carries a single order of an operator; not listed among the strategies. */
  isSystem: boolean;
  deletedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const StrategyRowEntity = new EntitySchema<StrategyRow>({
  name: 'StrategyRow',
  tableName: 'strategy',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    name: { type: 'varchar', length: 100 },
    kind: { type: 'varchar', length: 40 },
    params: { type: 'text' },
    revision: { type: 'int', unsigned: true },
    desiredState: { type: 'varchar', length: 10, name: 'desired_state' },
    stopOrders: { type: 'varchar', length: 16, name: 'stop_orders' },
    tradingState: { type: 'varchar', length: 10, name: 'trading_state' },
    fence: { type: 'bigint', unsigned: true },
    currentRunId: { type: 'int', unsigned: true, name: 'current_run_id', nullable: true },
    isSystem: { type: 'boolean', transformer: FLAG, name: 'is_system' },
    deletedAt: { ...TIME, name: 'deleted_at', nullable: true },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** The params of each revision, for the history. */
export interface StrategyRevision {
  strategyId: number;
  revision: number;
  params: string;
  createdAt: Date;
}

export const StrategyRevisionEntity = new EntitySchema<StrategyRevision>({
  name: 'StrategyRevision',
  tableName: 'strategy_revision',
  columns: {
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    revision: { type: 'int', unsigned: true, primary: true },
    params: { type: 'text' },
    createdAt: { ...TIME, name: 'created_at' },
  },
});

/** Account and market of a leg. */
export interface StrategyLeg {
  strategyId: number;
  leg: number;
  name: string;
  accountId: number;
  market: string;
}

export const StrategyLegEntity = new EntitySchema<StrategyLeg>({
  name: 'StrategyLeg',
  tableName: 'strategy_leg',
  columns: {
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    leg: { type: 'tinyint', unsigned: true, primary: true },
    name: { type: 'varchar', length: 40 },
    accountId: { type: 'int', unsigned: true, name: 'account_id' },
    market: { type: 'varchar', length: 60 },
  },
});

/** Machine header and the context it runs in; JSON. Lives on from run to run. */
export interface StrategyState {
  strategyId: number;
  revision: number;
  context: string;
  header: string;
  /** Trades up to this moment have been compared with the venue and booked; null before the first time. */
  historyCheckedAt: Date | null;
  updatedAt: Date;
}

export const StrategyStateEntity = new EntitySchema<StrategyState>({
  name: 'StrategyState',
  tableName: 'strategy_state',
  columns: {
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    revision: { type: 'int', unsigned: true },
    context: { type: 'text' },
    header: { type: 'text' },
    historyCheckedAt: { ...TIME, name: 'history_checked_at', nullable: true },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** One slot of a machine; `state` is JSON. */
export interface SlotRow {
  strategyId: number;
  leg: number;
  market: string;
  positionSide: PositionSide;
  slot: number;
  state: string;
  version: number;
}

export const SlotRowEntity = new EntitySchema<SlotRow>({
  name: 'SlotRow',
  tableName: 'slot',
  columns: {
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    leg: { type: 'tinyint', unsigned: true, primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    positionSide: { type: 'varchar', length: 5, name: 'position_side', primary: true },
    slot: { type: 'int', primary: true },
    state: { type: 'text' },
    version: { type: 'int', unsigned: true },
  },
});

/** One life of a strategy, from start to stop. */
export interface RunRow {
  id: number;
  strategyId: number;
  state: RunState;
  reasonCode: string | null;
  reasonMessage: string | null;
  node: string | null;
  fence: string;
  requestedAt: Date;
  startedAt: Date | null;
  stoppedAt: Date | null;
}

export const RunRowEntity = new EntitySchema<RunRow>({
  name: 'RunRow',
  tableName: 'run',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id' },
    state: { type: 'varchar', length: 12 },
    reasonCode: { type: 'varchar', length: 60, name: 'reason_code', nullable: true },
    reasonMessage: { type: 'varchar', length: 500, name: 'reason_message', nullable: true },
    node: { type: 'varchar', length: 100, nullable: true },
    fence: { type: 'bigint', unsigned: true },
    requestedAt: { ...TIME, name: 'requested_at' },
    startedAt: { ...TIME, name: 'started_at', nullable: true },
    stoppedAt: { ...TIME, name: 'stopped_at', nullable: true },
  },
});
