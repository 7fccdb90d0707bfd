import { Type, type Static } from 'typebox';
import { AllowUnprotected } from '../common/protection.js';

/** A decimal above or equal to zero as text; what lies outside the sensible range is the plan's to refuse. */
const Amount = (options: { title: string; description: string; examples: string[]; default?: string }) =>
  Type.String({ pattern: '^(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,18})?$', maxLength: 37, ...options });

const QuantityMode = Type.Union([Type.Literal('base'), Type.Literal('quote')], {
  default: 'base',
  title: 'Quantity is',
  description: 'Base per order, or quote per order.',
});

/** Parameters of `ladder-grid`. Deviations, tolerance and stop loss in percent. */
export const LadderGridParams = Type.Object(
  {
    side: Type.Union([Type.Literal('long'), Type.Literal('short'), Type.Literal('both')], {
      default: 'long',
      title: 'Side',
      description:
        'Long buys below the market and sells higher. Short, on perpetuals, sells above and buys back lower. Both does the two at once in hedge mode.',
    }),
    levels: Type.Integer({
      minimum: 1,
      maximum: 200,
      title: 'Levels',
      description: 'Slots of each side, shared by opening orders and open positions.',
      examples: [10],
    }),
    openDeviation: Amount({
      title: 'Opening step %',
      description: 'Distance of slot i from the market: i times this percentage.',
      examples: ['0.5'],
    }),
    closeDeviation: Amount({
      title: 'Take-profit %',
      description: 'Each position is closed this far from where it was opened; that price never moves.',
      examples: ['0.5'],
    }),
    quantity: Type.Object(
      {
        mode: QuantityMode,
        value: Amount({ title: 'Quantity', description: 'Amount of each opening order.', examples: ['0.5'] }),
      },
      { additionalProperties: false, title: 'Quantity' },
    ),
    anchor: Type.Union([Type.Literal('trail-up'), Type.Literal('trail-both'), Type.Literal('fixed')], {
      default: 'trail-up',
      title: 'Follow the market',
      description:
        'Trail-up: opening orders follow a market that leaves them, and stay when it comes towards them. Trail-both: they follow both ways. Fixed: they stay at the distances from the start price.',
    }),
    tolerance: Amount({
      default: '0.1',
      title: 'Tolerance %',
      description: 'An opening order moves when it is further than this from where it should be.',
      examples: ['0.1'],
    }),
    maxPositions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 200,
        title: 'Most positions',
        description: 'Positions and opening orders of a side together are never more than this.',
      }),
    ),
    stopLoss: Type.Optional(
      Amount({
        title: 'Stop loss %',
        description: 'A position this far in loss is closed at the market.',
        examples: ['5'],
      }),
    ),
    maxHoldingMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5_256_000,
        title: 'Longest holding time, minutes',
        description: 'An older position is closed at the market, in profit or in loss.',
      }),
    ),
    positionMode: Type.Union([Type.Literal('one-way'), Type.Literal('hedge')], {
      default: 'one-way',
      title: 'Position mode',
      description: 'Perpetuals only: the mode the account is in. Both sides at once need hedge mode.',
    }),
    allowUnprotected: AllowUnprotected,
    postOnly: Type.Boolean({
      default: false,
      title: 'Post-only',
      description: 'Opening and take-profit orders never take: one that would cross waits.',
    }),
  },
  { additionalProperties: false, title: 'Ladder grid' },
);

export type LadderGridParams = Static<typeof LadderGridParams>;
