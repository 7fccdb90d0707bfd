import { Type, type Static } from 'typebox';
import { Id, Money, Nullable, Timestamp, TradingState } from './common.js';

export const Environment = Type.Union(
  [Type.Literal('live'), Type.Literal('testnet'), Type.Literal('sim'), Type.Literal('paper')],
  {
    title: 'Environment',
    description:
      'live: real money. testnet: the exchange’s own test system. sim: Gridfleet’s simulator. paper: live public prices, play money.',
  },
);
export type Environment = Static<typeof Environment>;

/** Named secret fields of a venue, write-only: key, secret, and for some venues a passphrase. */
export const Credentials = Type.Record(
  Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_]{0,31}$' }),
  Type.String({ minLength: 1, maxLength: 4096 }),
);

/** Says that a key which may withdraw is taken all the same. Trading needs no such key: a stolen one empties the account. */
const allowWithdrawals = Type.Optional(Type.Boolean());
/** What becomes of an open order with our prefix that the books do not know. */
export const OrphanPolicy = Type.Union([
  Type.Literal('cancel'),
  Type.Literal('adopt'),
  Type.Literal('report'),
]);
export type OrphanPolicy = Static<typeof OrphanPolicy>;

const label = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', title: 'Label' });

export const AccountCreate = Type.Object(
  {
    label,
    venue: Type.String({ pattern: '^[a-z0-9]{2,40}$', title: 'Exchange', examples: ['binance'] }),
    environment: Environment,
    credentials: Credentials,
    allowWithdrawals,
  },
  { additionalProperties: false },
);
export type AccountCreate = Static<typeof AccountCreate>;

/** Fields left out stay as they are; `credentials` replaces the whole set and is tested first. */
export const AccountUpdate = Type.Object(
  {
    label: Type.Optional(label),
    isActive: Type.Optional(Type.Boolean()),
    orphanPolicy: Type.Optional(OrphanPolicy),
    credentials: Type.Optional(Credentials),
    allowWithdrawals,
  },
  { additionalProperties: false, minProperties: 1 },
);
export type AccountUpdate = Static<typeof AccountUpdate>;

export const Account = Type.Object({
  id: Id,
  label: Type.String(),
  venue: Type.String(),
  environment: Environment,
  /** Names of the stored secrets; values are never returned. */
  credentialFields: Type.Array(Type.String()),
  /** First 12 hex digits of a hash of the key: tells two accounts apart without showing the key. */
  fingerprint: Type.String(),
  isActive: Type.Boolean(),
  tradingState: TradingState,
  orphanPolicy: OrphanPolicy,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Account = Static<typeof Account>;

/** What an API key may do, as the exchange says. */
export const KeyPermissions = Type.Object({
  canRead: Type.Boolean(),
  canTrade: Type.Boolean(),
  /** Gridfleet never needs it. */
  canWithdraw: Type.Boolean(),
  canTradeContracts: Type.Boolean(),
  /** The key works from listed addresses only. */
  isAddressBound: Type.Boolean(),
});
export type KeyPermissions = Static<typeof KeyPermissions>;

export const Balance = Type.Object({ asset: Type.String(), free: Money, locked: Money, total: Money });
export type Balance = Static<typeof Balance>;

export const MarketRules = Type.Object({
  symbol: Type.String(),
  type: Type.Union([Type.Literal('spot'), Type.Literal('linear')]),
  base: Type.String(),
  quote: Type.String(),
  tickSize: Money,
  stepSize: Money,
  minQuantity: Money,
  maxQuantity: Money,
  minNotional: Money,
  active: Type.Boolean(),
});
export type MarketRules = Static<typeof MarketRules>;
export const MarketQuote = Type.Object({ bid: Money, ask: Money, last: Nullable(Money), time: Timestamp });
export type MarketQuote = Static<typeof MarketQuote>;
