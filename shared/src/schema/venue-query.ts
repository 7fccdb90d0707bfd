import { Type, type Static, type TObject } from 'typebox';
import { Balance, KeyPermissions, MarketRules } from './account.js';
import { Id, Money, Nullable, Timestamp } from './common.js';
import type { ErrorCode } from './errors.js';
import { Candle } from './trading.js';

/** Candle lengths that a venue is asked for. */
export const CandleInterval = Type.Union([Type.Literal('1s'), Type.Literal('1m'), Type.Literal('5m')]);
export type CandleInterval = Static<typeof CandleInterval>;

/** What the plan of a leg needs to know: market rules, best quotes, the account's fee rates and free funds. */
export const LegQuote = Type.Object({
  market: MarketRules,
  bid: Money,
  ask: Money,
  last: Nullable(Money),
  /** Fee rates of the account in this market, e.g. "0.001". */
  makerRate: Money,
  takerRate: Money,
  baseFree: Money,
  quoteFree: Money,
  time: Timestamp,
});
export type LegQuote = Static<typeof LegQuote>;

const account = Type.Object({ accountId: Id }, { additionalProperties: false });
const accountMarket = Type.Object({ accountId: Id, market: Type.String() }, { additionalProperties: false });

/**
 * Questions that only a node can answer, because only nodes talk to exchanges. Job name = query name, job data = request.
 * Requests name an account; its secrets are read from the database by the node and never travel.
 */
export const venueQueries = {
  /** Asks the venue for something only valid credentials may see. The account may still be unverified. */
  'verify-credentials': {
    request: account,
    /** Without permissions the venue does not say what the key may do. */
    result: Type.Object({ permissions: Type.Optional(KeyPermissions) }),
  },
  /** Cancels an open order with our prefix that the books do not know; `gone` when it is not open any more. */
  'cancel-orphan': {
    request: Type.Object(
      { accountId: Id, market: Type.String(), exchangeOrderId: Type.String() },
      { additionalProperties: false },
    ),
    result: Type.Object({
      outcome: Type.Union([Type.Literal('canceled'), Type.Literal('gone'), Type.Literal('unknown')]),
    }),
  },
  balances: { request: account, result: Type.Object({ items: Type.Array(Balance) }) },
  markets: { request: account, result: Type.Object({ items: Type.Array(MarketRules) }) },
  'leg-context': { request: accountMarket, result: LegQuote },
  candles: {
    request: Type.Object(
      {
        accountId: Id,
        market: Type.String(),
        interval: CandleInterval,
        limit: Type.Integer({ minimum: 1, maximum: 1000 }),
      },
      { additionalProperties: false },
    ),
    /** Oldest first. */
    result: Type.Object({ items: Type.Array(Candle) }),
  },
} as const satisfies Record<string, { request: TObject; result: TObject }>;

export type VenueQueryName = keyof typeof venueQueries;
export type VenueQueryRequest<N extends VenueQueryName> = Static<(typeof venueQueries)[N]['request']>;
export type VenueQueryResult<N extends VenueQueryName> = Static<(typeof venueQueries)[N]['result']>;

/** Codes with which a node answers that it has no result. */
export const VENUE_QUERY_FAILURES = [
  'MARKET_UNKNOWN',
  'CREDENTIALS_REFUSED',
  'VENUE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[];
export type VenueQueryFailureCode = (typeof VENUE_QUERY_FAILURES)[number];

/** A failure is an answer, too: the job completes, it never throws. */
export const VenueQueryFailure = Type.Object({
  ok: Type.Literal(false),
  code: Type.Enum([...VENUE_QUERY_FAILURES]),
  /** Says what the venue refused; never contains a secret. */
  message: Type.String(),
  /** Credential field at fault (`key` or `secret`), when the venue says which. */
  field: Type.Optional(Type.String()),
});
export type VenueQueryFailure = Static<typeof VenueQueryFailure>;

/** Return value of the job. */
export type VenueQueryAnswer<N extends VenueQueryName> =
  ({ ok: true } & VenueQueryResult<N>) | VenueQueryFailure;

/** The asker gives up after this long; an answer that comes later is dropped. */
export const VENUE_QUERY_TIMEOUT_MS = 10_000;
