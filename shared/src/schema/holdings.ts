import { Type, type Static } from 'typebox';
import { Environment } from './account.js';
import { Id, Money, Nullable, Timestamp } from './common.js';
import { TradeFilterFields } from './trade-query.js';

const PositionSide = Type.Union([Type.Literal('net'), Type.Literal('long'), Type.Literal('short')], {
  title: 'PositionSide',
  description: 'net: spot and one-way mode. long, short: hedge mode.',
});
const market = Type.String({ examples: ['BTC/USDT:USDT'] });

export const AccountPositionsQuery = Type.Object(
  { accountId: Type.Optional(Id), market: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })) },
  { additionalProperties: false },
);
export type AccountPositionsQuery = Static<typeof AccountPositionsQuery>;

/** What an account has in a market on one side, and who holds it. */
export const AccountPosition = Type.Object({
  accountId: Id,
  accountLabel: Type.String(),
  venue: Type.String(),
  environment: Environment,
  market,
  positionSide: PositionSide,
  /** Base; below zero when short. */
  amount: Money,
  /** Average price paid; null when it is not known. */
  entryPrice: Nullable(Money),
  /** Contracts: the exchange's mark price. Spot: the newest price a strategy there has seen; null without one. */
  markPrice: Nullable(Money),
  /** Contracts only, and null where the exchange expects none. */
  liquidationPrice: Nullable(Money),
  /** Quote; contracts only. */
  margin: Nullable(Money),
  /** Quote at the mark price. */
  unrealizedPnl: Nullable(Money),
  heldBy: Type.Array(Type.Object({ strategyId: Id, name: Type.String(), amount: Money })),
  /** What orders placed by hand have left, base. */
  heldByHand: Money,
  /** What the exchange shows and no fill of ours explains, base; always 0 on spot. */
  unexplained: Money,
  /** exchange: as it said at `readAt`. fills: the sum of what was traded here (spot). */
  source: Type.Union([Type.Literal('exchange'), Type.Literal('fills')]),
  readAt: Timestamp,
});
export type AccountPosition = Static<typeof AccountPosition>;

const { strategyId, accountId, market: marketFilter, side, from, to, timeZone } = TradeFilterFields;
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 }));
const cursor = Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,400}$' }));

export const FundingQuery = Type.Object(
  { strategyId, accountId, market: marketFilter, from, to, timeZone, limit, cursor },
  { additionalProperties: false },
);
export type FundingQuery = Static<typeof FundingQuery>;

/** Funding as it was booked for a strategy. */
export const Funding = Type.Object({
  accountId: Id,
  market,
  paymentId: Type.String(),
  strategyId: Id,
  strategyName: Type.String(),
  positionSide: PositionSide,
  /** Below zero when it was paid. */
  amount: Money,
  asset: Type.String({ examples: ['USDT'] }),
  time: Timestamp,
});
export type Funding = Static<typeof Funding>;

export const FundingPage = Type.Object({
  items: Type.Array(Funding),
  nextCursor: Nullable(Type.String()),
  /** Over everything the filter takes, not this page only. */
  totals: Type.Array(Type.Object({ asset: Type.String(), amount: Money })),
});
export type FundingPage = Static<typeof FundingPage>;

export const ForeignTradesQuery = Type.Object(
  { accountId, market: marketFilter, side, from, to, timeZone, limit, cursor },
  { additionalProperties: false },
);
export type ForeignTradesQuery = Static<typeof ForeignTradesQuery>;

/** A trade of a contract that no order of ours made, and what did. */
export const ForeignTrade = Type.Object({
  accountId: Id,
  market,
  tradeId: Type.String(),
  exchangeOrderId: Type.String(),
  clientOrderId: Nullable(Type.String()),
  cause: Type.String({ examples: ['MANUAL_TRADE', 'LIQUIDATION', 'AUTO_DELEVERAGING', 'SETTLEMENT'] }),
  side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
  positionSide: PositionSide,
  price: Money,
  quantity: Money,
  time: Timestamp,
});
export type ForeignTrade = Static<typeof ForeignTrade>;
