import { Type, type Static } from 'typebox';
import { Id, Money, Nullable, PageQuery, Timestamp } from './common.js';
import { Cycle, Fill, Order, TradeStats } from './trading.js';

/** A day of the user's calendar, or a moment. */
const moment = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,3})?)?(?:Z|[+-]\\d{2}:\\d{2}))?$',
    description,
    examples: ['2026-01-31', '2026-01-31T12:00:00Z'],
  });

export const TimeZone = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_+/-]{0,59}$',
  description: 'IANA name; without it the one of the settings.',
  examples: ['Europe/Berlin'],
});

/** What lists, totals and exports of trades can be narrowed to. */
export const TradeFilterFields = {
  strategyId: Type.Optional(Id),
  accountId: Type.Optional(Id),
  market: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  side: Type.Optional(Type.Union([Type.Literal('buy'), Type.Literal('sell')])),
  from: Type.Optional(moment('From this day or moment on.')),
  to: Type.Optional(moment('Up to and with this day, or before this moment.')),
  timeZone: Type.Optional(TimeZone),
};

export const TradeFilter = Type.Object(TradeFilterFields, { additionalProperties: false });
export type TradeFilter = Static<typeof TradeFilter>;

export const TradesQuery = Type.Object(
  { ...TradeFilterFields, ...PageQuery.properties },
  { additionalProperties: false },
);
export type TradesQuery = Static<typeof TradesQuery>;

const orderState = Type.Optional(
  Type.Union([Type.Literal('open'), Type.Literal('closed'), Type.Literal('all')], { default: 'all' }),
);
export const OrdersQuery = Type.Object(
  { ...TradeFilterFields, ...PageQuery.properties, state: orderState },
  { additionalProperties: false },
);
export type OrdersQuery = Static<typeof OrdersQuery>;

export const StatsQuery = Type.Object(
  {
    ...TradeFilterFields,
    days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 36_500,
        description: 'Counts the last so many times 24 hours; goes before `from`.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type StatsQuery = Static<typeof StatsQuery>;

export const StatsGroup = Type.Union([
  Type.Literal('day'),
  Type.Literal('market'),
  Type.Literal('strategy'),
  Type.Literal('account'),
]);
export type StatsGroup = Static<typeof StatsGroup>;

export const StatsGroupsQuery = Type.Object(
  { ...StatsQuery.properties, by: StatsGroup },
  { additionalProperties: false },
);

/** Totals of one day, market, strategy or account. */
export const GroupStats = Type.Object({
  /** Day (YYYY-MM-DD of the time zone), market, or id. */
  key: Type.String(),
  /** Name of the strategy or account; otherwise the key. */
  name: Type.String(),
  ...TradeStats.properties,
});
export type GroupStats = Static<typeof GroupStats>;

export const GroupStatsList = Type.Object({ timeZone: Type.String(), items: Type.Array(GroupStats) });
export type GroupStatsList = Static<typeof GroupStatsList>;

/** A fill with the order on the other side of its cycle. */
export const Trade = Type.Object({
  ...Fill.properties,
  strategyName: Type.String(),
  /** The order it pairs with: of a sell the buy before it, of a buy the sell after it; null while there is none. */
  linkedOrderId: Nullable(Type.String()),
});
export type Trade = Static<typeof Trade>;

/** Everything stored about one fill. */
export const TradeRecord = Type.Object({
  trade: Trade,
  order: Type.Object({ ...Order.properties, reduceOnly: Type.Boolean(), fence: Type.String() }),
  linkedOrder: Nullable(Order),
  /** The cycle its order completed, if any. */
  cycle: Nullable(Cycle),
});
export type TradeRecord = Static<typeof TradeRecord>;

export const OrderRecord = Type.Object({ order: Order, fills: Type.Array(Fill) });
export type OrderRecord = Static<typeof OrderRecord>;

/** What a strategy holds, from its own fills. */
export const Position = Type.Object({
  strategyId: Id,
  strategyName: Type.String(),
  accountId: Id,
  market: Type.String(),
  /** Base; negative for a short. */
  quantity: Money,
  /** Quote paid for what is held, null when it is not known. */
  cost: Nullable(Money),
  averagePrice: Nullable(Money),
  currentPrice: Nullable(Money),
  unrealizedPnl: Money,
});
export type Position = Static<typeof Position>;

export const EquityQuery = Type.Object(
  {
    strategyId: Type.Optional(Id),
    from: TradeFilterFields.from,
    to: TradeFilterFields.to,
    timeZone: TradeFilterFields.timeZone,
    points: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000, default: 300 })),
  },
  { additionalProperties: false },
);
export type EquityQuery = Static<typeof EquityQuery>;

/** Profit at one moment, quote: of one strategy, or of all of them together. */
export const EquityPoint = Type.Object({
  time: Timestamp,
  realizedPnl: Money,
  unrealizedPnl: Money,
  totalPnl: Money,
});
export type EquityPoint = Static<typeof EquityPoint>;

export const DailyPoint = Type.Object({
  day: Type.String({ examples: ['2026-01-31'] }),
  fills: Type.Integer(),
  volume: Money,
  fees: Money,
  cycles: Type.Integer(),
  gross: Money,
  net: Money,
  /** Net of all days up to this one, from the first of the series. */
  cumulativeNet: Money,
});
export type DailyPoint = Static<typeof DailyPoint>;
export const DailySeries = Type.Object({ timeZone: Type.String(), items: Type.Array(DailyPoint) });
export type DailySeries = Static<typeof DailySeries>;

/** archived: of a strategy removed long ago. imported: taken over from another product, its fees are estimates. */
export const ArchiveSource = Type.Union([Type.Literal('archived'), Type.Literal('imported')], {
  title: 'ArchiveSource',
});
export type ArchiveSource = Static<typeof ArchiveSource>;

export const ArchivedTradesQuery = Type.Object(
  { ...TradeFilterFields, ...PageQuery.properties, source: Type.Optional(ArchiveSource) },
  { additionalProperties: false },
);
export type ArchivedTradesQuery = Static<typeof ArchivedTradesQuery>;

/** A trade on which no books rest any more, or never did. */
export const ArchivedTrade = Type.Object({
  id: Type.String(),
  source: ArchiveSource,
  /** The order’s client order id, or its id in the other product. */
  orderRef: Type.String(),
  strategyId: Id,
  strategyName: Type.String(),
  accountId: Id,
  market: Type.String(),
  side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
  tradeId: Type.String(),
  price: Money,
  quantity: Money,
  amount: Money,
  fee: Money,
  feeAsset: Type.String(),
  feeQuote: Money,
  /** What the other product called its profit; null for archived ones. */
  profit: Nullable(Money),
  time: Timestamp,
});
export type ArchivedTrade = Static<typeof ArchivedTrade>;
