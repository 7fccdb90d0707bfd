import { decStr, dec, roundTo } from '@gridfleet/shared/domain';
import type { CycleRow, FillRow, OrderRow } from '@gridfleet/shared/infra';
import type { BookedFill, RunFrame, StepResult } from './step-types.js';

/** Decimal places of a money column. */
const PLACES = 18;

export const ORDER_COLUMNS = `strategy_id, run_id, account_id, leg, market, position_side, slot, side, generation,
  client_order_id, type, time_in_force, post_only, reduce_only, price, quantity, filled_quantity, filled_quote, unit_margin,
  state, is_final, fence, version, not_after, created_at, updated_at`;

export function orderValues(row: OrderRow): unknown[] {
  return [
    row.strategyId,
    row.runId,
    row.accountId,
    row.leg,
    row.market,
    row.positionSide,
    row.slot,
    row.side,
    row.generation,
    row.clientOrderId,
    row.type,
    row.timeInForce,
    row.postOnly,
    row.reduceOnly,
    row.price,
    row.quantity,
    row.filledQuantity,
    row.filledQuote,
    row.unitMargin,
    row.state,
    row.isFinal,
    row.fence,
    row.version,
    row.notAfter,
    row.createdAt,
    row.updatedAt,
  ];
}

export function fillRow({ order, fill }: BookedFill): Omit<FillRow, 'id'> {
  const { row } = order;
  return {
    orderId: row.id,
    strategyId: row.strategyId,
    accountId: row.accountId,
    leg: row.leg,
    market: row.market,
    positionSide: row.positionSide,
    slot: row.slot,
    side: row.side,
    tradeId: fill.tradeId,
    price: fill.price,
    quantity: fill.quantity,
    amount: fill.quoteQuantity,
    fee: fill.fee,
    feeAsset: fill.feeAsset,
    feeQuote: decStr(roundTo(dec(fill.feeQuote), PLACES)),
    maker: fill.maker,
    time: new Date(fill.time),
  };
}

export const FILL_COLUMNS = `order_id, strategy_id, account_id, leg, market, position_side, slot, side, trade_id, price, quantity,
  amount, fee, fee_asset, fee_quote, maker, time`;

export function cycleRow(
  frame: RunFrame,
  { key, cycle }: StepResult['cycles'][number],
  now: Date,
): Omit<CycleRow, 'id'> {
  return {
    strategyId: frame.strategyId,
    runId: frame.runId,
    leg: key.leg,
    market: key.market,
    positionSide: key.positionSide,
    slot: key.slot,
    generation: cycle.generation,
    part: cycle.part,
    buyPrice: cycle.buyPrice,
    sellPrice: cycle.sellPrice,
    quantity: cycle.quantity,
    gross: cycle.gross,
    fees: cycle.fees,
    net: cycle.net,
    completedAt: now,
  };
}

export const CYCLE_COLUMNS = `strategy_id, run_id, leg, market, position_side, slot, generation, part, buy_price, sell_price,
  quantity, gross, fees, net, completed_at`;
