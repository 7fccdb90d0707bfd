import { Type, type Static } from 'typebox';
import { Id, Money, Nullable, Timestamp } from './common.js';

const side = Type.Union([Type.Literal('buy'), Type.Literal('sell')]);

/** An order of ours, as MySQL has it. */
export const Order = Type.Object({
  id: Type.String(),
  strategyId: Id,
  runId: Id,
  accountId: Id,
  leg: Type.Integer(),
  market: Type.String(),
  positionSide: Type.String(),
  slot: Type.Integer(),
  side,
  generation: Type.Integer(),
  clientOrderId: Type.String(),
  exchangeOrderId: Nullable(Type.String()),
  type: Type.String(),
  timeInForce: Type.String(),
  postOnly: Type.Boolean(),
  price: Nullable(Money),
  quantity: Money,
  filledQuantity: Money,
  filledQuote: Money,
  state: Type.String(),
  reasonCode: Nullable(Type.String()),
  reasonMessage: Nullable(Type.String()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Order = Static<typeof Order>;

/** One trade of an order. "trade" in the paths of the first product's API. */
export const Fill = Type.Object({
  id: Type.String(),
  orderId: Type.String(),
  strategyId: Id,
  accountId: Id,
  market: Type.String(),
  slot: Type.Integer(),
  side,
  tradeId: Type.String(),
  price: Money,
  quantity: Money,
  amount: Money,
  fee: Money,
  feeAsset: Type.String(),
  /** The fee valued in quote at this fill. */
  feeQuote: Money,
  maker: Type.Boolean(),
  time: Timestamp,
});
export type FillDto = Static<typeof Fill>;

export const Cycle = Type.Object({
  id: Type.String(),
  strategyId: Id,
  runId: Id,
  slot: Type.Integer(),
  generation: Type.Integer(),
  buyPrice: Money,
  sellPrice: Money,
  quantity: Money,
  gross: Money,
  fees: Money,
  net: Money,
  completedAt: Timestamp,
});
export type CycleDto = Static<typeof Cycle>;

export const TradeStats = Type.Object({
  fills: Type.Integer(),
  buys: Type.Integer(),
  sells: Type.Integer(),
  volume: Money,
  /** All fees valued in quote. */
  fees: Money,
  cycles: Type.Integer(),
  winningCycles: Type.Integer(),
  losingCycles: Type.Integer(),
  /** Winning cycles ÷ cycles, 0..1; null without cycles. */
  winRate: Nullable(Money),
  /** Gross profit of winning cycles ÷ gross loss of losing ones; null without losses. */
  profitFactor: Nullable(Money),
  grossProfit: Money,
  grossLoss: Money,
  /** Profit of all cycles before fees; `netProfit` is after them. */
  cycleGross: Money,
  netProfit: Money,
});
export type TradeStats = Static<typeof TradeStats>;

/** Open time (ms), open, high, low, close, volume. */
export const Candle = Type.Object({
  time: Timestamp,
  open: Money,
  high: Money,
  low: Money,
  close: Money,
  volume: Money,
});
export type Candle = Static<typeof Candle>;
