import { Type, type Static } from 'typebox';
import { Id, Money, Nullable, PageQuery, Timestamp } from './common.js';

/** What reconciliation put right, with before, after and cause. */
export const Correction = Type.Object({
  id: Type.String(),
  strategyId: Nullable(Id),
  accountId: Id,
  orderId: Nullable(Type.String()),
  cause: Type.String({ examples: ['ORPHAN_CANCELED'] }),
  before: Type.Unknown(),
  after: Type.Unknown(),
  createdAt: Timestamp,
});
export type Correction = Static<typeof Correction>;

export const JournalQuery = Type.Object(
  {
    ...PageQuery.properties,
    strategyId: Type.Optional(Id),
    accountId: Type.Optional(Id),
    cause: Type.Optional(Type.String({ pattern: '^[A-Z0-9_]{1,60}$' })),
  },
  { additionalProperties: false },
);
export type JournalQuery = Static<typeof JournalQuery>;

/** An open order that no row of ours explains. */
export const ForeignOrder = Type.Object({
  accountId: Id,
  market: Type.String(),
  exchangeOrderId: Type.String(),
  clientOrderId: Type.String(),
  /** It carries our prefix, but the books do not know it. */
  isOrphan: Type.Boolean(),
  side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
  price: Nullable(Money),
  quantity: Money,
  filledQuantity: Money,
  /** What an operator has decided about it. */
  decision: Nullable(Type.Union([Type.Literal('adopt'), Type.Literal('cancel')])),
  decidedBy: Nullable(Type.String()),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
});
export type ForeignOrder = Static<typeof ForeignOrder>;

export const OrphanRequest = Type.Object(
  {
    accountId: Id,
    market: Type.String({ minLength: 3, maxLength: 60 }),
    exchangeOrderId: Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$' }),
  },
  { additionalProperties: false },
);
export type OrphanRequest = Static<typeof OrphanRequest>;

/** A command, and who gave it. */
export const AuditEntryDto = Type.Object({
  id: Type.String(),
  actor: Type.String(),
  action: Type.String({ examples: ['strategy.start'] }),
  target: Type.String(),
  details: Type.Unknown(),
  createdAt: Timestamp,
});
export type AuditEntryDto = Static<typeof AuditEntryDto>;

export const AuditQuery = Type.Object(
  {
    ...PageQuery.properties,
    action: Type.Optional(Type.String({ pattern: '^[a-zA-Z0-9._-]{1,60}$' })),
  },
  { additionalProperties: false },
);
export type AuditQuery = Static<typeof AuditQuery>;
