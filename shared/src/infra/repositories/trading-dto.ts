import type { CycleDto, FillDto, Order } from '../../schema/trading.js';
import type { CycleRow, FillRow, OrderRow } from '../database/entities/trading.js';

export function orderDto(row: OrderRow): Order {
  return {
    id: row.id,
    strategyId: row.strategyId,
    runId: row.runId,
    accountId: row.accountId,
    leg: row.leg,
    market: row.market,
    positionSide: row.positionSide,
    slot: row.slot,
    side: row.side,
    generation: row.generation,
    clientOrderId: row.clientOrderId,
    exchangeOrderId: row.exchangeOrderId,
    type: row.type,
    timeInForce: row.timeInForce,
    postOnly: row.postOnly,
    price: row.price,
    quantity: row.quantity,
    filledQuantity: row.filledQuantity,
    filledQuote: row.filledQuote,
    state: row.state,
    reasonCode: row.reasonCode,
    reasonMessage: row.reasonMessage,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function fillDto(row: FillRow): FillDto {
  return {
    id: row.id,
    orderId: row.orderId,
    strategyId: row.strategyId,
    accountId: row.accountId,
    market: row.market,
    slot: row.slot,
    side: row.side,
    tradeId: row.tradeId,
    price: row.price,
    quantity: row.quantity,
    amount: row.amount,
    fee: row.fee,
    feeAsset: row.feeAsset,
    feeQuote: row.feeQuote,
    maker: row.maker,
    time: row.time.toISOString(),
  };
}

export function cycleDto(row: CycleRow): CycleDto {
  return {
    id: row.id,
    strategyId: row.strategyId,
    runId: row.runId,
    slot: row.slot,
    generation: row.generation,
    buyPrice: row.buyPrice,
    sellPrice: row.sellPrice,
    quantity: row.quantity,
    gross: row.gross,
    fees: row.fees,
    net: row.net,
    completedAt: row.completedAt.toISOString(),
  };
}
