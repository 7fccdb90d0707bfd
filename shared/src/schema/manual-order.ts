import { Type, type Static } from 'typebox';
import { Confirmation } from './access.js';
import { Id, Nullable, Reason } from './common.js';
import { RunState } from './strategy.js';
import { Order } from './trading.js';

const Amount = (description: string, example: string) =>
  Type.String({
    pattern: '^(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,18})?$',
    maxLength: 37,
    description,
    examples: [example],
  });
const market = Type.String({ minLength: 3, maxLength: 60, examples: ['BTC/USDT'] });

export const ManualOrderRequest = Type.Object(
  {
    accountId: Id,
    market,
    side: Type.Union([Type.Literal('buy'), Type.Literal('sell')]),
    type: Type.Union([Type.Literal('limit'), Type.Literal('market')]),
    price: Type.Optional(Amount('Limit orders only; a multiple of the tick size.', '60000')),
    quantity: Amount('Base; a multiple of the step size.', '0.01'),
    timeInForce: Type.Optional(
      Type.Union([Type.Literal('GTC'), Type.Literal('IOC'), Type.Literal('FOK')], { default: 'GTC' }),
    ),
    postOnly: Type.Optional(Type.Boolean({ default: false })),
    reduceOnly: Type.Optional(Type.Boolean({ default: false, description: 'Contracts only.' })),
    ...Confirmation,
  },
  { additionalProperties: false },
);
export type ManualOrderRequest = Static<typeof ManualOrderRequest>;

export const ClosePositionRequest = Type.Union([
  Type.Object(
    { strategyId: Id, ...Confirmation },
    {
      additionalProperties: false,
      title: 'A strategy',
      description: 'It cancels its orders, sells what it holds (a short is bought back) and stops.',
    },
  ),
  Type.Object(
    {
      accountId: Id,
      market,
      quantity: Type.Optional(Amount('Base; without it everything that is free.', '0.5')),
      ...Confirmation,
    },
    {
      additionalProperties: false,
      title: 'Free holdings of an account',
      description: 'Spot: a market order sells what is free. Orders and strategies keep what they hold.',
    },
  ),
]);
export type ClosePositionRequest = Static<typeof ClosePositionRequest>;

/** What has to be typed before an order by hand is placed, by whoever has no trading password: `BUY 0.01 BTC/USDT`. */
export function orderPhrase({
  side,
  quantity,
  market: symbol,
}: Pick<ManualOrderRequest, 'side' | 'quantity' | 'market'>): string {
  return `${side.toUpperCase()} ${quantity} ${symbol}`;
}

/** The same before something is closed: `CLOSE STRATEGY 7`, or `CLOSE BTC/USDT` for holdings of an account. */
export function closePhrase(request: ClosePositionRequest): string {
  return 'strategyId' in request ? `CLOSE STRATEGY ${request.strategyId}` : `CLOSE ${request.market}`;
}

/** An order of an operator, as far as it has got. */
export const ManualOrder = Type.Object({
  /** The strategy that carries this one order. */
  strategyId: Id,
  runId: Nullable(Id),
  state: RunState,
  reason: Nullable(Reason),
  /** Null while no node has taken it yet, or when it was refused before it became an order. */
  order: Nullable(Order),
});
export type ManualOrder = Static<typeof ManualOrder>;
