import { EntitySchema } from 'typeorm';
import type { PositionSide, Side } from '../../../domain/order/order.js';
import { MONEY, TIME } from './columns.js';

/**
 * - `intent`: written down; sent or not, nobody knows yet
 * - `waiting`: rests at the exchange
 * - `triggered`: its order has closed the position, and the strategy has still to end
 * - `ended`: over, with a reason
 */
export type ExchangeStopState = 'intent' | 'waiting' | 'triggered' | 'ended';

/** A stop of ours at an exchange. It closes the whole position of its side, whatever its size is then. */
export interface ExchangeStopRow {
  clientOrderId: string;
  strategyId: number;
  runId: number;
  accountId: number;
  leg: number;
  market: string;
  positionSide: PositionSide;
  /** What its fills are booked to. */
  slot: number;
  side: Side;
  generation: number;
  triggerPrice: string;
  state: ExchangeStopState;
  /** The order it has become, null before. */
  exchangeOrderId: string | null;
  reasonCode: string | null;
  reasonMessage: string | null;
  /** The exchange does not accept it later than this. */
  notAfter: Date;
  createdAt: Date;
  updatedAt: Date;
}

export const ExchangeStopRowEntity = new EntitySchema<ExchangeStopRow>({
  name: 'ExchangeStopRow',
  tableName: 'exchange_stop',
  columns: {
    clientOrderId: { type: 'varchar', length: 36, name: 'client_order_id', primary: true },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id' },
    runId: { type: 'int', unsigned: true, name: 'run_id' },
    accountId: { type: 'int', unsigned: true, name: 'account_id' },
    leg: { type: 'tinyint', unsigned: true },
    market: { type: 'varchar', length: 60 },
    positionSide: { type: 'varchar', length: 5, name: 'position_side' },
    slot: { type: 'int' },
    side: { type: 'varchar', length: 4 },
    generation: { type: 'int', unsigned: true },
    triggerPrice: { ...MONEY, name: 'trigger_price' },
    state: { type: 'varchar', length: 10 },
    exchangeOrderId: { type: 'varchar', length: 64, name: 'exchange_order_id', nullable: true },
    reasonCode: { type: 'varchar', length: 60, name: 'reason_code', nullable: true },
    reasonMessage: { type: 'varchar', length: 500, name: 'reason_message', nullable: true },
    notAfter: { ...TIME, name: 'not_after' },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});
