import { EntitySchema } from 'typeorm';
import type { PositionSide, Side } from '../../../domain/order/order.js';
import { MONEY, TIME } from './columns.js';

/** A position of an account in a contract, as the last look found it; base, below zero when short. */
export interface VenuePositionRow {
  accountId: number;
  market: string;
  positionSide: PositionSide;
  amount: string;
  entryPrice: string;
  markPrice: string;
  liquidationPrice: string | null;
  margin: string;
  unrealized: string;
  readAt: Date;
}

export const VenuePositionRowEntity = new EntitySchema<VenuePositionRow>({
  name: 'VenuePositionRow',
  tableName: 'venue_position',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    positionSide: { type: 'varchar', length: 5, name: 'position_side', primary: true },
    amount: { ...MONEY },
    entryPrice: { ...MONEY, name: 'entry_price' },
    markPrice: { ...MONEY, name: 'mark_price' },
    liquidationPrice: { ...MONEY, name: 'liquidation_price', nullable: true },
    margin: { ...MONEY },
    unrealized: { ...MONEY },
    readAt: { ...TIME, name: 'read_at' },
  },
});

/** Funding booked for a strategy; negative when it paid. */
export interface FundingRow {
  accountId: number;
  market: string;
  paymentId: string;
  strategyId: number;
  leg: number;
  positionSide: PositionSide;
  amount: string;
  asset: string;
  time: Date;
}

export const FundingRowEntity = new EntitySchema<FundingRow>({
  name: 'FundingRow',
  tableName: 'funding',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    paymentId: { type: 'varchar', length: 64, name: 'payment_id', primary: true },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id' },
    leg: { type: 'tinyint', unsigned: true },
    positionSide: { type: 'varchar', length: 5, name: 'position_side' },
    amount: { ...MONEY },
    asset: { type: 'varchar', length: 20 },
    time: { ...TIME },
  },
});

/** A trade of a contract that no order of ours made, and what did: the owner by hand, a liquidation, the exchange. */
export interface ForeignTradeRow {
  accountId: number;
  market: string;
  tradeId: string;
  exchangeOrderId: string;
  clientOrderId: string | null;
  cause: string;
  side: Side;
  positionSide: PositionSide;
  price: string;
  quantity: string;
  time: Date;
}

export const ForeignTradeRowEntity = new EntitySchema<ForeignTradeRow>({
  name: 'ForeignTradeRow',
  tableName: 'foreign_trade',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    tradeId: { type: 'varchar', length: 64, name: 'trade_id', primary: true },
    exchangeOrderId: { type: 'varchar', length: 64, name: 'exchange_order_id' },
    clientOrderId: { type: 'varchar', length: 64, name: 'client_order_id', nullable: true },
    cause: { type: 'varchar', length: 60 },
    side: { type: 'varchar', length: 4 },
    positionSide: { type: 'varchar', length: 5, name: 'position_side' },
    price: { ...MONEY },
    quantity: { ...MONEY },
    time: { ...TIME },
  },
});
