import { Type, type Static } from 'typebox';
import { AllowUnprotected } from '../common/protection.js';

const Amount = (options: { title: string; description: string; examples: string[] }) =>
  Type.String({ pattern: '^(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,18})?$', maxLength: 37, ...options });

/** Parameters of `dca`. */
export const DcaParams = Type.Object(
  {
    quantity: Type.Object(
      {
        mode: Type.Union([Type.Literal('base'), Type.Literal('quote')], {
          default: 'quote',
          title: 'Quantity is',
          description: 'Base per buy, or quote per buy.',
        }),
        value: Amount({ title: 'Quantity', description: 'Amount of each buy.', examples: ['25'] }),
      },
      { additionalProperties: false, title: 'Quantity' },
    ),
    buys: Type.Integer({
      minimum: 1,
      maximum: 1000,
      title: 'Most buys',
      description: 'Buys of one round; a round ends with its take-profit.',
      examples: [10],
    }),
    intervalMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 525_600,
        title: 'Every, minutes',
        description: 'Time after a buy at which the next one is due.',
        examples: [1440],
      }),
    ),
    stepDeviation: Type.Optional(
      Amount({
        title: 'Step %',
        description: 'The next buy is due when price is this far below the last one.',
        examples: ['2'],
      }),
    ),
    takeProfit: Amount({
      title: 'Take-profit %',
      description: 'Everything is sold this far above the average price paid.',
      examples: ['3'],
    }),
    allowUnprotected: AllowUnprotected,
  },
  { additionalProperties: false, title: 'Cost averaging' },
);

export type DcaParams = Static<typeof DcaParams>;
