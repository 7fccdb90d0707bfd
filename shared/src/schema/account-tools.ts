import { Type, type Static } from 'typebox';
import { Environment, KeyPermissions } from './account.js';
import { Id, Money, Nullable, Reason, Timestamp } from './common.js';

export const AccountCopy = Type.Object(
  {
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })),
    /** Another venue that takes the same keys, e.g. contracts beside spot. */
    venue: Type.Optional(Type.String({ pattern: '^[a-z0-9]{2,40}$' })),
    environment: Type.Optional(Environment),
  },
  { additionalProperties: false },
);
export type AccountCopy = Static<typeof AccountCopy>;

/** What the exchange says about the stored credentials now. */
export const CredentialTest = Type.Object({
  ok: Type.Boolean(),
  /** Why not. */
  reason: Nullable(Reason),
  /** What the key may do; null when the venue does not say. */
  permissions: Nullable(KeyPermissions),
  checkedAt: Timestamp,
});
export type CredentialTest = Static<typeof CredentialTest>;

export const TradingFee = Type.Object({
  market: Type.String(),
  /** Rates such as "0.001". */
  maker: Money,
  taker: Money,
});
export type TradingFee = Static<typeof TradingFee>;

/** An asset of an account, and who needs how much of it. */
export const AccountBalance = Type.Object({
  asset: Type.String(),
  total: Money,
  free: Money,
  locked: Money,
  /** What our unfinished orders need of it. */
  reserved: Money,
  /** Strategies whose orders need it; a name for each, orders by hand under their own. */
  reservedBy: Type.Array(Type.Object({ strategyId: Id, name: Type.String(), amount: Money })),
});
export type AccountBalance = Static<typeof AccountBalance>;
