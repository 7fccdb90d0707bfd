import { Type, type Static } from 'typebox';
import { ExitParams, FuturesParams, TrailingParams } from './params-groups.js';
import { PositiveDecimal } from './positive-decimal.js';

export { PositiveDecimal } from './positive-decimal.js';

const INFINITY = { required: ['spacing'], properties: { spacing: { const: 'infinity' } } };

/** Parameters of `range-grid`. Prices in quote per base, quantities as `quantity.mode` says. */
export const RangeGridParams = Type.Object(
  {
    lower: PositiveDecimal({
      title: 'Lower price',
      description: 'Lowest level of the grid, in quote.',
      examples: ['140'],
    }),
    upper: Type.Optional(
      PositiveDecimal({
        title: 'Upper price',
        description: 'Highest level of the grid, in quote. An infinity grid has none: leave it blank.',
        examples: ['170'],
      }),
    ),
    levels: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 1000,
        title: 'Levels',
        description:
          'Number of price lines, both ends included. N lines make N − 1 cells, each with one order. Blank for infinity.',
        examples: [16],
      }),
    ),
    spacing: Type.Union([Type.Literal('arithmetic'), Type.Literal('geometric'), Type.Literal('infinity')], {
      default: 'arithmetic',
      title: 'Spacing',
      description:
        'Arithmetic: equal price steps. Geometric: equal percentages. Infinity: a percentage without an upper end, so that base of the same value is held at every price.',
    }),
    stepPercent: Type.Optional(
      PositiveDecimal({
        title: 'Step, %',
        description: 'Infinity grids: how far each level is above the one below.',
        examples: ['1'],
      }),
    ),
    quantity: Type.Object(
      {
        mode: Type.Union([Type.Literal('base'), Type.Literal('quote'), Type.Literal('total')], {
          default: 'base',
          title: 'Quantity is',
          description:
            'Base per cell, quote per cell, or one total investment in quote spread over all cells. Infinity: base held at the start, its value in quote, or the total.',
        }),
        value: PositiveDecimal({
          title: 'Quantity',
          description: 'Amount per cell or in total, as "Quantity is" says.',
          examples: ['0.5'],
        }),
      },
      { additionalProperties: false, title: 'Quantity' },
    ),
    profit: Type.Union([Type.Literal('quote'), Type.Literal('compound'), Type.Literal('base')], {
      default: 'quote',
      title: 'Keep profit in',
      description:
        'Quote: profit stays in quote. Compound: profit buys more. Base: sell only what brings the quote back, keep the rest as base.',
    }),
    initialInventory: Type.Union([Type.Literal('buy'), Type.Literal('have'), Type.Literal('none')], {
      default: 'buy',
      title: 'Initial inventory',
      description:
        'Base for the cells above the market: buy it at the market, take it from the free balance, or leave those cells empty until price comes.',
    }),
    initialOrder: Type.Union([Type.Literal('market'), Type.Literal('limit')], {
      default: 'market',
      title: 'Initial order',
      description:
        'How the initial inventory is traded: at the market, or as a limit order at the best quote of its own side, and after a minute what is left at the market.',
    }),
    postOnly: Type.Boolean({
      default: false,
      title: 'Post-only',
      description: 'Orders never take: a level that would cross waits, with the reason shown.',
    }),
    direction: Type.Union(
      [Type.Literal('long'), Type.Literal('short'), Type.Literal('neutral'), Type.Literal('reverse')],
      {
        default: 'long',
        title: 'Direction',
        description:
          'Long: buys low, sells high. Short and neutral need a perpetual market. Reverse: invests base on spot; the BUYs are paid for by an initial sale, profit is kept in base.',
      },
    ),
    maxOrders: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 200,
        title: 'Order budget',
        description:
          'Only this many orders, the nearest to the market, rest at the exchange. Blank: all of them.',
        examples: [20],
      }),
    ),
    trigger: Type.Optional(
      PositiveDecimal({
        title: 'Trigger price',
        description: 'The grid starts when price reaches this, in quote. Blank: at once.',
        examples: ['150'],
      }),
    ),
    outOfRange: Type.Union([Type.Literal('hold'), Type.Literal('stop'), Type.Literal('sell')], {
      default: 'hold',
      title: 'Outside the range',
      description: 'Hold and wait, stop and keep the inventory, or stop and close it.',
    }),
    trailing: Type.Optional(TrailingParams),
    exits: Type.Optional(ExitParams),
    futures: Type.Optional(FuturesParams),
  },
  {
    additionalProperties: false,
    title: 'Range grid',
    allOf: [
      { if: INFINITY, else: { required: ['upper', 'levels'] } },
      { if: { not: INFINITY }, else: { required: ['stepPercent'] } },
    ],
  },
);

export type RangeGridParams = Static<typeof RangeGridParams>;
