import { EntitySchema } from 'typeorm';
import type { OrderState, OrderType, Side, TimeInForce } from '../../../domain/order/order.js';
import { FLAG, MONEY, TIME } from './columns.js';

/** A paper account: what its trading costs, and the number every change of it takes the next of. */
export interface PaperAccountRow {
  accountId: number;
  makerRate: string;
  takerRate: string;
  /** Last number given to an order, a trade or a change. */
  sequence: string;
}

export const PaperAccountRowEntity = new EntitySchema<PaperAccountRow>({
  name: 'PaperAccountRow',
  tableName: 'paper_account',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    makerRate: { ...MONEY, name: 'maker_rate' },
    takerRate: { ...MONEY, name: 'taker_rate' },
    sequence: { type: 'bigint', unsigned: true },
  },
});

export interface PaperBalanceRow {
  accountId: number;
  asset: string;
  free: string;
  locked: string;
}

export const PaperBalanceRowEntity = new EntitySchema<PaperBalanceRow>({
  name: 'PaperBalanceRow',
  tableName: 'paper_balance',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    asset: { type: 'varchar', length: 20, primary: true },
    free: { ...MONEY },
    locked: { ...MONEY },
  },
});

/** An order as the paper venue keeps it. */
export interface PaperOrderRow {
  accountId: number;
  orderId: string;
  /** The account's sequence number at the last change. */
  revision: string;
  market: string;
  clientOrderId: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  price: string | null;
  quantity: string;
  filledQuantity: string;
  state: OrderState;
  isOpen: boolean;
  reasonCode: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export const PaperOrderRowEntity = new EntitySchema<PaperOrderRow>({
  name: 'PaperOrderRow',
  tableName: 'paper_order',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    orderId: { type: 'bigint', unsigned: true, name: 'order_id', primary: true },
    revision: { type: 'bigint', unsigned: true },
    market: { type: 'varchar', length: 60 },
    clientOrderId: { type: 'varchar', length: 36, name: 'client_order_id' },
    side: { type: 'varchar', length: 4 },
    type: { type: 'varchar', length: 10 },
    timeInForce: { type: 'varchar', length: 4, name: 'time_in_force' },
    price: { ...MONEY, nullable: true },
    quantity: { ...MONEY },
    filledQuantity: { ...MONEY, name: 'filled_quantity' },
    state: { type: 'varchar', length: 20 },
    isOpen: { type: 'boolean', transformer: FLAG, name: 'is_open' },
    reasonCode: { type: 'varchar', length: 60, name: 'reason_code', nullable: true },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** A trade of a paper order. */
export interface PaperFillRow {
  accountId: number;
  tradeId: string;
  orderId: string;
  market: string;
  side: Side;
  price: string;
  quantity: string;
  quoteQuantity: string;
  fee: string;
  feeAsset: string;
  maker: boolean;
  time: Date;
}

export const PaperFillRowEntity = new EntitySchema<PaperFillRow>({
  name: 'PaperFillRow',
  tableName: 'paper_fill',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    tradeId: { type: 'bigint', unsigned: true, name: 'trade_id', primary: true },
    orderId: { type: 'bigint', unsigned: true, name: 'order_id' },
    market: { type: 'varchar', length: 60 },
    side: { type: 'varchar', length: 4 },
    price: { ...MONEY },
    quantity: { ...MONEY },
    quoteQuantity: { ...MONEY, name: 'quote_quantity' },
    fee: { ...MONEY },
    feeAsset: { type: 'varchar', length: 20, name: 'fee_asset' },
    maker: { type: 'boolean', transformer: FLAG },
    time: { ...TIME },
  },
});
