import { EntitySchema } from 'typeorm';
import type { Side } from '../../../domain/order/order.js';
import { FLAG, MONEY, TIME } from './columns.js';

/** An open order on an account that no row of ours explains. An orphan carries our prefix, a foreign order does not. */
export interface ForeignOrderRow {
  accountId: number;
  market: string;
  exchangeOrderId: string;
  clientOrderId: string;
  isOrphan: boolean;
  side: Side;
  price: string | null;
  quantity: string;
  filledQuantity: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  goneAt: Date | null;
  /** What an operator wants done with an orphan, and who; null leaves it to the account's policy. */
  decision: 'adopt' | 'cancel' | null;
  decidedBy: string | null;
}

export const ForeignOrderRowEntity = new EntitySchema<ForeignOrderRow>({
  name: 'ForeignOrderRow',
  tableName: 'foreign_order',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    exchangeOrderId: { type: 'varchar', length: 64, name: 'exchange_order_id', primary: true },
    clientOrderId: { type: 'varchar', length: 64, name: 'client_order_id' },
    isOrphan: { type: 'boolean', transformer: FLAG, name: 'is_orphan' },
    side: { type: 'varchar', length: 4 },
    price: { ...MONEY, nullable: true },
    quantity: { ...MONEY },
    filledQuantity: { ...MONEY, name: 'filled_quantity' },
    firstSeenAt: { ...TIME, name: 'first_seen_at' },
    lastSeenAt: { ...TIME, name: 'last_seen_at' },
    goneAt: { ...TIME, name: 'gone_at', nullable: true },
    decision: { type: 'varchar', length: 10, nullable: true },
    decidedBy: { type: 'varchar', length: 255, name: 'decided_by', nullable: true },
  },
});

/** A strategy's inventory and profit at one moment, quote. */
export interface EquitySnapshotRow {
  strategyId: number;
  time: Date;
  price: string | null;
  position: string;
  positionCost: string;
  realizedPnl: string;
  unrealizedPnl: string;
  totalPnl: string;
}

export const EquitySnapshotRowEntity = new EntitySchema<EquitySnapshotRow>({
  name: 'EquitySnapshotRow',
  tableName: 'equity_snapshot',
  columns: {
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    time: { ...TIME, primary: true },
    price: { ...MONEY, nullable: true },
    position: { ...MONEY },
    positionCost: { ...MONEY, name: 'position_cost' },
    realizedPnl: { ...MONEY, name: 'realized_pnl' },
    unrealizedPnl: { ...MONEY, name: 'unrealized_pnl' },
    totalPnl: { ...MONEY, name: 'total_pnl' },
  },
});

/** A critical event, written in the transaction that caused it and published afterwards. `event` is JSON. */
export interface OutboxRow {
  id: string;
  event: string;
  createdAt: Date;
  publishedAt: Date | null;
}

export const OutboxRowEntity = new EntitySchema<OutboxRow>({
  name: 'OutboxRow',
  tableName: 'outbox',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    event: { type: 'text' },
    createdAt: { ...TIME, name: 'created_at' },
    publishedAt: { ...TIME, name: 'published_at', nullable: true },
  },
});

/** A command and who gave it; append-only. `details` is JSON. */
export interface AuditRow {
  id: string;
  userId: number | null;
  actor: string;
  action: string;
  target: string;
  details: string;
  createdAt: Date;
}

export const AuditRowEntity = new EntitySchema<AuditRow>({
  name: 'AuditRow',
  tableName: 'audit',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id', nullable: true },
    actor: { type: 'varchar', length: 255 },
    action: { type: 'varchar', length: 60 },
    target: { type: 'varchar', length: 120 },
    details: { type: 'text' },
    createdAt: { ...TIME, name: 'created_at' },
  },
});
