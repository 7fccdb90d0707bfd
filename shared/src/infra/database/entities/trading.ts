import { EntitySchema } from 'typeorm';
import type { OrderState, OrderType, PositionSide, Side, TimeInForce } from '../../../domain/order/order.js';
import { FLAG, MONEY, TIME } from './columns.js';

/** An order of ours: its row exists before anything is sent. */
export interface OrderRow {
  id: string;
  strategyId: number;
  runId: number;
  accountId: number;
  leg: number;
  market: string;
  positionSide: PositionSide;
  slot: number;
  side: Side;
  generation: number;
  clientOrderId: string;
  exchangeOrderId: string | null;
  type: OrderType;
  timeInForce: TimeInForce;
  postOnly: boolean;
  reduceOnly: boolean;
  price: string | null;
  quantity: string;
  filledQuantity: string;
  filledQuote: string;
  /** Contracts: margin that one base unit reserves while it is open; null on spot and for orders that close. */
  unitMargin: string | null;
  state: OrderState;
  isFinal: boolean;
  reasonCode: string | null;
  reasonMessage: string | null;
  fence: string;
  /** Rises with each update; an update of an older version changes nothing. */
  version: number;
  notAfter: Date;
  createdAt: Date;
  updatedAt: Date;
}

export const OrderRowEntity = new EntitySchema<OrderRow>({
  name: 'OrderRow',
  tableName: 'orders',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id' },
    runId: { type: 'int', unsigned: true, name: 'run_id' },
    accountId: { type: 'int', unsigned: true, name: 'account_id' },
    leg: { type: 'tinyint', unsigned: true },
    market: { type: 'varchar', length: 60 },
    positionSide: { type: 'varchar', length: 5, name: 'position_side' },
    slot: { type: 'int' },
    side: { type: 'varchar', length: 4 },
    generation: { type: 'int', unsigned: true },
    clientOrderId: { type: 'varchar', length: 36, name: 'client_order_id' },
    exchangeOrderId: { type: 'varchar', length: 64, name: 'exchange_order_id', nullable: true },
    type: { type: 'varchar', length: 10 },
    timeInForce: { type: 'varchar', length: 4, name: 'time_in_force' },
    postOnly: { type: 'boolean', transformer: FLAG, name: 'post_only' },
    reduceOnly: { type: 'boolean', transformer: FLAG, name: 'reduce_only' },
    price: { ...MONEY, nullable: true },
    quantity: { ...MONEY },
    filledQuantity: { ...MONEY, name: 'filled_quantity' },
    filledQuote: { ...MONEY, name: 'filled_quote' },
    unitMargin: { ...MONEY, name: 'unit_margin', nullable: true },
    state: { type: 'varchar', length: 16 },
    isFinal: { type: 'boolean', transformer: FLAG, name: 'is_final' },
    reasonCode: { type: 'varchar', length: 60, name: 'reason_code', nullable: true },
    reasonMessage: { type: 'varchar', length: 500, name: 'reason_message', nullable: true },
    fence: { type: 'bigint', unsigned: true },
    version: { type: 'int', unsigned: true },
    notAfter: { ...TIME, name: 'not_after' },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** One trade of an order; unique by (account, market, trade id). */
export interface FillRow {
  id: string;
  orderId: string;
  strategyId: number;
  accountId: number;
  leg: number;
  market: string;
  positionSide: PositionSide;
  slot: number;
  side: Side;
  tradeId: string;
  price: string;
  quantity: string;
  amount: string;
  fee: string;
  feeAsset: string;
  feeQuote: string;
  maker: boolean;
  time: Date;
}

export const FillRowEntity = new EntitySchema<FillRow>({
  name: 'FillRow',
  tableName: 'fill',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    orderId: { type: 'bigint', unsigned: true, name: 'order_id' },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id' },
    accountId: { type: 'int', unsigned: true, name: 'account_id' },
    leg: { type: 'tinyint', unsigned: true },
    market: { type: 'varchar', length: 60 },
    positionSide: { type: 'varchar', length: 5, name: 'position_side' },
    slot: { type: 'int' },
    side: { type: 'varchar', length: 4 },
    tradeId: { type: 'varchar', length: 64, name: 'trade_id' },
    price: { ...MONEY },
    quantity: { ...MONEY },
    amount: { ...MONEY },
    fee: { ...MONEY },
    feeAsset: { type: 'varchar', length: 20, name: 'fee_asset' },
    feeQuote: { ...MONEY, name: 'fee_quote' },
    maker: { type: 'boolean', transformer: FLAG },
    time: { ...TIME },
  },
});

/** A completed cycle of a cell. `part` counts a late fill’s own small cycles. */
export interface CycleRow {
  id: string;
  strategyId: number;
  runId: number;
  leg: number;
  market: string;
  positionSide: PositionSide;
  slot: number;
  generation: number;
  part: number;
  buyPrice: string;
  sellPrice: string;
  quantity: string;
  gross: string;
  fees: string;
  net: string;
  completedAt: Date;
}

export const CycleRowEntity = new EntitySchema<CycleRow>({
  name: 'CycleRow',
  tableName: 'cycle',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id' },
    runId: { type: 'int', unsigned: true, name: 'run_id' },
    leg: { type: 'tinyint', unsigned: true },
    market: { type: 'varchar', length: 60 },
    positionSide: { type: 'varchar', length: 5, name: 'position_side' },
    slot: { type: 'int' },
    generation: { type: 'int', unsigned: true },
    part: { type: 'int', unsigned: true },
    buyPrice: { ...MONEY, name: 'buy_price' },
    sellPrice: { ...MONEY, name: 'sell_price' },
    quantity: { ...MONEY },
    gross: { ...MONEY },
    fees: { ...MONEY },
    net: { ...MONEY },
    completedAt: { ...TIME, name: 'completed_at' },
  },
});

/** What reconciliation changed, with before, after and cause. */
export interface CorrectionRow {
  id: string;
  strategyId: number | null;
  accountId: number;
  orderId: string | null;
  cause: string;
  beforeState: string;
  afterState: string;
  createdAt: Date;
}

export const CorrectionRowEntity = new EntitySchema<CorrectionRow>({
  name: 'CorrectionRow',
  tableName: 'correction',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', nullable: true },
    accountId: { type: 'int', unsigned: true, name: 'account_id' },
    orderId: { type: 'bigint', unsigned: true, name: 'order_id', nullable: true },
    cause: { type: 'varchar', length: 60 },
    beforeState: { type: 'text', name: 'before_state' },
    afterState: { type: 'text', name: 'after_state' },
    createdAt: { ...TIME, name: 'created_at' },
  },
});
