import { Type, type Static } from 'typebox';

const Amount = Type.String({ pattern: '^(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,18})?$', maxLength: 37 });

/** Parameters of `single-order`: one order of an operator. */
export const SingleOrderParams = Type.Object(
  {
    side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
    type: Type.Union([Type.Literal('limit'), Type.Literal('market')]),
    /** Limit orders only; a multiple of the tick size. */
    price: Type.Optional(Amount),
    /** Base; a multiple of the step size. */
    quantity: Amount,
    timeInForce: Type.Union([Type.Literal('GTC'), Type.Literal('IOC'), Type.Literal('FOK')], {
      default: 'GTC',
    }),
    postOnly: Type.Boolean({ default: false }),
    /** Contracts only: the order may not make a position larger. */
    reduceOnly: Type.Boolean({ default: false }),
  },
  { additionalProperties: false, title: 'Single order' },
);
export type SingleOrderParams = Static<typeof SingleOrderParams>;
