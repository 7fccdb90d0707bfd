import { Type, type Static } from 'typebox';
import { Id, Money, Nullable, Reason, Timestamp, TradingState } from './common.js';
import { Placement, PlacementInput } from './placement.js';

export const DesiredState = Type.Union([Type.Literal('running'), Type.Literal('stopped')]);
export type DesiredState = Static<typeof DesiredState>;

export const RunState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('claiming'),
  Type.Literal('recovering'),
  Type.Literal('running'),
  Type.Literal('waiting'),
  Type.Literal('stopping'),
  Type.Literal('stopped'),
  Type.Literal('failed'),
]);
export type RunState = Static<typeof RunState>;

export const LegInput = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    accountId: Id,
    market: Type.String({ minLength: 3, maxLength: 60, title: 'Market', examples: ['BTC/USDT'] }),
  },
  { additionalProperties: false },
);
export const Leg = Type.Object({
  leg: Type.Integer({ minimum: 0 }),
  name: Type.String(),
  accountId: Id,
  venue: Type.String(),
  environment: Type.String(),
  market: Type.String(),
});
export type Leg = Static<typeof Leg>;

const name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', title: 'Name' });
/** Checked by the kind's own schema (`GET /api/strategy-kinds`). */
const params = Type.Record(Type.String(), Type.Unknown(), { title: 'Parameters' });
const kind = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$', examples: ['range-grid'] });
export { name as StrategyName, params as StrategyParams, kind as StrategyKindName };
const legs = Type.Array(LegInput, { minItems: 1, maxItems: 16 });

export const StrategyCreate = Type.Object(
  { name, kind, params, legs, ...PlacementInput },
  { additionalProperties: false },
);
export type StrategyCreate = Static<typeof StrategyCreate>;

export const StrategyUpdate = Type.Object(
  { name: Type.Optional(name), params: Type.Optional(params), legs: Type.Optional(legs), ...PlacementInput },
  { additionalProperties: false, minProperties: 1 },
);
export type StrategyUpdate = Static<typeof StrategyUpdate>;

export const PreviewRequest = Type.Object({ kind, params, legs }, { additionalProperties: false });
export type PreviewRequest = Static<typeof PreviewRequest>;

export const StopRequest = Type.Object(
  {
    /**
     * `cancel-orders` keeps the inventory for a later start; `keep-orders` leaves everything resting; `sell` closes
     * what is held, `buy` turns unused quote into base, both after every order is cancelled.
     */
    orders: Type.Optional(
      Type.Union(
        [
          Type.Literal('cancel-orders'),
          Type.Literal('keep-orders'),
          Type.Literal('sell'),
          Type.Literal('buy'),
        ],
        { default: 'cancel-orders' },
      ),
    ),
  },
  { additionalProperties: false },
);
export type StopRequest = Static<typeof StopRequest>;

export const ProfitSplit = Type.Object({
  grid: Money,
  inventoryRealised: Money,
  inventoryUnrealised: Money,
  priceImprovement: Money,
  funding: Money,
  openFees: Money,
  total: Money,
});

export const Level = Type.Object({
  slot: Type.Integer(),
  buyPrice: Money,
  sellPrice: Money,
  side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
  price: Money,
  quantity: Money,
  state: Type.Union([
    Type.Literal('resting'),
    Type.Literal('in-flight'),
    Type.Literal('frozen'),
    Type.Literal('waiting'),
  ]),
  reason: Nullable(Reason),
  cycles: Type.Integer(),
});
export type LevelDto = Static<typeof Level>;

/** What a strategy is doing now. Everything here can be lost and is rebuilt by the node that runs it. */
export const StrategyStatus = Type.Object({
  strategyId: Id,
  runId: Nullable(Id),
  desiredState: DesiredState,
  state: RunState,
  /** Why it is in this state; null only when it simply runs or was never started. */
  reason: Nullable(Reason),
  isRunning: Type.Boolean(),
  jobId: Nullable(Type.String()),
  workerName: Nullable(Type.String()),
  workerIp: Nullable(Type.String()),
  workerHostname: Nullable(Type.String()),
  fence: Nullable(Type.Integer()),
  startedAt: Nullable(Timestamp),
  updatedAt: Nullable(Timestamp),
  currentPrice: Nullable(Money),
  pendingBuys: Type.Integer(),
  pendingSells: Type.Integer(),
  /** Cells that hold base now. */
  positionCount: Type.Integer(),
  position: Money,
  cycles: Type.Integer(),
  fills: Type.Integer(),
  /** Realised: grid + inventory realised + price improvement − fees; unrealised: inventory at the present price. */
  realizedPnl: Money,
  unrealizedPnl: Money,
  profit: Nullable(ProfitSplit),
  range: Nullable(Type.String()),
  phase: Nullable(Type.String()),
  /**
   * Who closes the position at a loss: a stop at the exchange, this platform alone while it runs, or nobody. Null before
   * the first start.
   */
  protection: Nullable(
    Type.Union([Type.Literal('exchange'), Type.Literal('platform'), Type.Literal('none')]),
  ),
  /**
   * Share of the time since the node took the run during which the cells that were due had their right order at the
   * exchange, weighted by cells, "0" to "1"; null before trading.
   */
  coverage: Nullable(Type.String({ examples: ['0.9987'] })),
  lastError: Nullable(Reason),
});
export type StrategyStatus = Static<typeof StrategyStatus>;

/** Why a slot has no order, as our own rules or the exchange said. It stands until the slot's order is accepted. */
export const SlotRefusal = Type.Object({
  leg: Type.Integer(),
  market: Type.String(),
  positionSide: Type.String(),
  slot: Type.Integer(),
  code: Type.String({ examples: ['FUNDS_RESERVED'] }),
  message: Type.String(),
  /** When this answer was first and last given, and how often in between. */
  since: Timestamp,
  lastAt: Timestamp,
  count: Type.Integer(),
});
export type SlotRefusal = Static<typeof SlotRefusal>;

export const Strategy = Type.Object({
  id: Id,
  name: Type.String(),
  kind: Type.String(),
  params,
  revision: Type.Integer(),
  legs: Type.Array(Leg),
  desiredState: DesiredState,
  tradingState: TradingState,
  ...Placement.properties,
  isDeleted: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  status: StrategyStatus,
  /** Why the trading state is not ACTIVE, and who said so; only in answers about one strategy. */
  tradingReason: Type.Optional(Nullable(Reason)),
  tradingChangedBy: Type.Optional(Nullable(Type.String())),
  /** Refusals in force; only in answers about one strategy. */
  refusals: Type.Optional(Type.Array(SlotRefusal)),
});
export type Strategy = Static<typeof Strategy>;

/** The parameters of one revision. */
export const StrategyRevisionDto = Type.Object({
  revision: Type.Integer(),
  params,
  createdAt: Timestamp,
});
export type StrategyRevisionDto = Static<typeof StrategyRevisionDto>;

export const StrategyKindInfo = Type.Object({
  kind: Type.String(),
  title: Type.String(),
  params: Type.Unknown({ description: 'JSON Schema of the parameters.' }),
});
export type StrategyKindInfo = Static<typeof StrategyKindInfo>;

export const PlanDto = Type.Object({
  levels: Type.Array(
    Type.Object({
      cell: Type.Integer(),
      side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
      price: Money,
      buyPrice: Money,
      sellPrice: Money,
      quantity: Money,
      reserved: Money,
      reservedAsset: Type.String(),
      holdsBase: Type.Boolean(),
    }),
  ),
  requirements: Type.Array(Type.Object({ leg: Type.Integer(), asset: Type.String(), amount: Money })),
  initialPurchase: Money,
  cycle: Nullable(Type.Object({ gross: Money, fees: Money, net: Money, netPercent: Money })),
  breakEvenRatio: Nullable(Money),
  worstCase: Nullable(Type.Object({ base: Money, valueAtLower: Money })),
  /** Perpetuals only: estimated, with every order filled. */
  liquidationPrice: Type.Optional(Nullable(Money)),
  refusals: Type.Array(
    Type.Object({
      code: Type.String(),
      message: Type.String(),
      field: Type.Optional(Type.String()),
      level: Type.Optional(Type.Integer()),
    }),
  ),
});
export type PlanDto = Static<typeof PlanDto>;
