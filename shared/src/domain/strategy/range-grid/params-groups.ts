import { Type } from 'typebox';
import { AllowUnprotected } from '../common/protection.js';
import { PositiveDecimal } from './positive-decimal.js';

/** The grid follows the market. */
export const TrailingParams = Type.Object(
  {
    direction: Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('both')], {
      title: 'Follow',
      description: 'When price has left the range by one full step, the grid moves by one cell.',
    }),
    lowest: Type.Optional(
      PositiveDecimal({
        title: 'Not below',
        description: 'No level is placed below this price, in quote.',
        examples: ['120'],
      }),
    ),
    highest: Type.Optional(
      PositiveDecimal({
        title: 'Not above',
        description: 'No level is placed above this price, in quote.',
        examples: ['200'],
      }),
    ),
  },
  { additionalProperties: false, title: 'Trailing', description: 'Move the range with the market.' },
);

/** When the strategy ends by itself, and what it does then. */
export const ExitParams = Type.Object(
  {
    stopLoss: Type.Optional(
      PositiveDecimal({
        title: 'Stop-loss price',
        description: 'Ends when price falls to this (short: rises to this), in quote.',
        examples: ['130'],
      }),
    ),
    takeProfit: Type.Optional(
      PositiveDecimal({
        title: 'Take-profit price',
        description: 'Ends when price rises to this (short: falls to this), in quote.',
        examples: ['190'],
      }),
    ),
    trailingStopPercent: Type.Optional(
      PositiveDecimal({
        title: 'Trailing stop, %',
        description: 'Ends when price is this far below its best since the start (short: above).',
        examples: ['5'],
      }),
    ),
    profitTarget: Type.Optional(
      PositiveDecimal({
        title: 'Profit target',
        description: 'Ends when the total profit since the start reaches this, in quote.',
        examples: ['100'],
      }),
    ),
    profitTargetPercent: Type.Optional(
      PositiveDecimal({
        title: 'Profit target, %',
        description: 'The same in percent of what the plan puts in.',
        examples: ['10'],
      }),
    ),
    timeLimitHours: Type.Optional(
      PositiveDecimal({
        title: 'Time limit, hours',
        description: 'Ends this long after trading began.',
        examples: ['72'],
      }),
    ),
    stop: Type.Union(
      [Type.Literal('keep'), Type.Literal('cancel'), Type.Literal('sell'), Type.Literal('buy')],
      {
        default: 'sell',
        title: 'At the end',
        description:
          'Keep the orders, cancel them and keep the inventory, cancel and sell to quote, or cancel and buy base.',
      },
    ),
  },
  { additionalProperties: false, title: 'Exits', description: 'When the strategy ends by itself.' },
);

/** USDT-margined perpetuals. */
export const FuturesParams = Type.Object(
  {
    leverage: Type.Integer({
      minimum: 1,
      maximum: 125,
      default: 1,
      title: 'Leverage',
      description: 'Position value per margin; what the plan reserves is divided by it.',
    }),
    marginMode: Type.Union([Type.Literal('cross'), Type.Literal('isolated')], {
      default: 'isolated',
      title: 'Margin mode',
      description: 'Isolated: only this position is at risk. Cross: the whole futures balance is.',
    }),
    positionMode: Type.Union([Type.Literal('one-way'), Type.Literal('hedge')], {
      default: 'one-way',
      title: 'Position mode',
      description: 'As the account is set. Closing orders are reduce-only in one-way mode.',
    }),
    stopAt: Type.Optional(
      Type.Union([Type.Literal('exchange'), Type.Literal('platform')], {
        title: 'Stop at',
        description:
          'Exchange (also when blank): a stop-loss rests at the exchange where it can, and nothing that makes the position larger is sent without it. Platform: it works only while the platform runs.',
      }),
    ),
    allowUnprotected: AllowUnprotected,
  },
  { additionalProperties: false, title: 'Futures', description: 'Needed for perpetual markets.' },
);
