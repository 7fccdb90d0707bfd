import { Type } from 'typebox';
import { Amount, MarketSymbol, lasting, strict } from './action-fields.js';

/** What may happen to the markets of a venue. */
export const MARKET_EFFECTS = {
  'market-status': Type.Object(
    {
      type: Type.Literal('market-status'),
      symbol: MarketSymbol,
      status: Type.Union([
        Type.Literal('TRADING'),
        Type.Literal('HALT'),
        Type.Literal('BREAK'),
        Type.Literal('CANCEL_ONLY'),
      ]),
      ...lasting,
    },
    strict,
  ),
  'change-filters': Type.Object(
    {
      type: Type.Literal('change-filters'),
      symbol: MarketSymbol,
      tickSize: Type.Optional(Amount),
      stepSize: Type.Optional(Amount),
      minQty: Type.Optional(Amount),
      maxQty: Type.Optional(Amount),
      minNotional: Type.Optional(Amount),
      ...lasting,
    },
    strict,
  ),
  /** The symbol is gone and its open orders have expired. */
  delist: Type.Object({ type: Type.Literal('delist'), symbol: MarketSymbol, ...lasting }, strict),
  /** The market stands still. */
  freeze: Type.Object({ type: Type.Literal('freeze'), symbol: MarketSymbol, ...lasting }, strict),
  /** The market jumps by so many percent and stands there. */
  'move-price': Type.Object(
    {
      type: Type.Literal('move-price'),
      symbol: MarketSymbol,
      percent: Type.Number({ minimum: -99, maximum: 1000 }),
      ...lasting,
    },
    strict,
  ),
  /** The market jumps through the so many nearest price levels of resting orders of users and stands there. */
  'gap-levels': Type.Object(
    {
      type: Type.Literal('gap-levels'),
      symbol: MarketSymbol,
      direction: Type.Union([Type.Literal('up'), Type.Literal('down')]),
      levels: Type.Integer({ minimum: 1, maximum: 1000 }),
      ...lasting,
    },
    strict,
  ),
};
