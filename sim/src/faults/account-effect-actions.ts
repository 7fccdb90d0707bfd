import { Type } from 'typebox';
import { Amount, ApiKey, MarketSymbol, Text, lasting, later, strict } from './action-fields.js';

/** What may happen to the accounts of a venue. */
export const ACCOUNT_EFFECTS = {
  /** The outside market trades with the best open order of an account, for a share of what is left of it, in percent. */
  'fill-order': Type.Object(
    {
      type: Type.Literal('fill-order'),
      account: ApiKey,
      symbol: MarketSymbol,
      side: Type.Optional(Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])),
      /** Default 100. */
      percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      ...later,
    },
    strict,
  ),
  /** The account's owner orders by hand: parameters as of a new order. */
  'external-order': Type.Object(
    {
      type: Type.Literal('external-order'),
      account: ApiKey,
      symbol: MarketSymbol,
      order: Type.Record(Type.String(), Type.String()),
      ...later,
    },
    strict,
  ),
  /** The account's owner cancels by hand: the order named, or all. */
  'cancel-orders': Type.Object(
    {
      type: Type.Literal('cancel-orders'),
      account: ApiKey,
      symbol: MarketSymbol,
      clientOrderId: Type.Optional(Text),
      ...later,
    },
    strict,
  ),
  /** Money leaves the account: an amount, or all that is free. */
  withdraw: Type.Object(
    {
      type: Type.Literal('withdraw'),
      account: ApiKey,
      asset: Text,
      amount: Type.Optional(Amount),
      ...later,
    },
    strict,
  ),
  'revoke-key': Type.Object({ type: Type.Literal('revoke-key'), account: ApiKey, ...lasting }, strict),
};
