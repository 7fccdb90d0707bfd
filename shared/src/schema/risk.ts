import { Type, type Static } from 'typebox';
import { RiskLimits } from '../domain/risk/limits.js';
import { Confirmation } from './access.js';
import { Id, Money, Nullable, Reason, Timestamp, TradingState } from './common.js';

export const RiskScope = Type.Union(
  [Type.Literal('platform'), Type.Literal('account'), Type.Literal('strategy')],
  { title: 'RiskScope' },
);
export type RiskScope = Static<typeof RiskScope>;

/** `id` of the account or strategy; the platform has none. */
export const RiskScopeQuery = Type.Object(
  { scope: RiskScope, id: Type.Optional(Id) },
  { additionalProperties: false },
);
export type RiskScopeQuery = Static<typeof RiskScopeQuery>;

export const RiskLimitsDto = Type.Object({
  scope: RiskScope,
  id: Nullable(Id),
  limits: RiskLimits,
  /** Whether nobody has set any: the platform's defaults are in force. */
  isDefault: Type.Boolean(),
});
export type RiskLimitsDto = Static<typeof RiskLimitsDto>;

/** Replaces all limits of the scope; null goes back to the defaults. */
export const RiskLimitsChange = Type.Object(
  { limits: Nullable(RiskLimits) },
  { additionalProperties: false },
);
export type RiskLimitsChange = Static<typeof RiskLimitsChange>;

/** A limit that is nearly used up, or was broken. */
export const RiskNotice = Type.Object({
  scope: RiskScope,
  scopeId: Type.Integer({ minimum: 0 }),
  code: Type.String(),
  level: Type.Union([Type.Literal('warning'), Type.Literal('breach')]),
  message: Type.String(),
  used: Money,
  limit: Money,
  time: Timestamp,
});
export type RiskNotice = Static<typeof RiskNotice>;

export const TradingStateDto = Type.Object({
  scope: RiskScope,
  id: Nullable(Id),
  state: TradingState,
  reason: Nullable(Reason),
  changedBy: Nullable(Type.String()),
  changedAt: Nullable(Timestamp),
});
export type TradingStateDto = Static<typeof TradingStateDto>;

export const TradingStateChange = Type.Object(
  {
    state: TradingState,
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
    ...Confirmation,
  },
  { additionalProperties: false },
);
export type TradingStateChange = Static<typeof TradingStateChange>;

/** What becomes of orders and positions: left, cancelled, or cancelled and sold. */
export const HaltOrders = Type.Union([
  Type.Literal('leave'),
  Type.Literal('cancel'),
  Type.Literal('flatten'),
]);
export type HaltOrders = Static<typeof HaltOrders>;

export const HaltRequest = Type.Object(
  {
    scope: RiskScope,
    id: Type.Optional(Id),
    orders: HaltOrders,
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
    ...Confirmation,
  },
  { additionalProperties: false },
);
export type HaltRequest = Static<typeof HaltRequest>;

export const HaltProgress = Type.Object({
  /** Open orders of ours the exchange showed in the last look, over all accounts. */
  openOrders: Type.Integer(),
  canceled: Type.Integer(),
  /** Orders whose fate is not known yet. */
  unresolved: Type.Integer(),
  /** Strategies that still have to close what they hold; only of flatten. */
  closing: Type.Integer(),
  /** Accounts whose exchange could not be asked, with why; asked again until it answers. */
  problems: Type.Array(Type.Object({ accountId: Id, message: Type.String() })),
});
export type HaltProgress = Static<typeof HaltProgress>;

export const HaltDto = Type.Object({
  id: Id,
  scope: RiskScope,
  scopeId: Nullable(Id),
  orders: HaltOrders,
  /** done: the exchange has shown that nothing of what was to go is left. ended: trading was resumed before. */
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('ended')]),
  progress: Nullable(HaltProgress),
  actor: Type.String(),
  createdAt: Timestamp,
  doneAt: Nullable(Timestamp),
});
export type HaltDto = Static<typeof HaltDto>;

export const AllocationDto = Type.Object({
  id: Id,
  accountId: Id,
  name: Type.String(),
  asset: Type.String(),
  amount: Money,
  /** What the members' positions cost and their open buys need. */
  used: Money,
  strategyIds: Type.Array(Id),
});
export type AllocationDto = Static<typeof AllocationDto>;

/** An amount set aside for one strategy, or as a pool for several. */
export const AllocationBody = Type.Object(
  {
    accountId: Id,
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    asset: Type.String({ pattern: '^[A-Z0-9]{1,20}$', examples: ['USDT'] }),
    amount: Type.String({ pattern: '^(?=.*[1-9])\\d{1,18}(?:\\.\\d{1,18})?$', examples: ['1000'] }),
    strategyIds: Type.Array(Id, { minItems: 1, maxItems: 500, uniqueItems: true }),
  },
  { additionalProperties: false },
);
export type AllocationBody = Static<typeof AllocationBody>;

/** Who holds how much of an asset of an account. */
export const FundsDto = Type.Object({
  asset: Type.String(),
  /** Margin of contracts in this asset, without what is behind positions; false: the asset itself. */
  isMargin: Type.Boolean(),
  total: Money,
  free: Money,
  /** What open orders of strategies hold, by strategy. */
  reserved: Type.Array(Type.Object({ strategyId: Id, name: Type.String(), amount: Money })),
  /** What orders that are not ours hold. */
  foreign: Money,
  /** Set aside by allocations and not in use. */
  setAside: Money,
  readAt: Timestamp,
});
export type FundsDto = Static<typeof FundsDto>;
