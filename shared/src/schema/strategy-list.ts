import { Type, type Static } from 'typebox';
import { Id } from './common.js';
import { DesiredState, RunState } from './strategy.js';

/** Orders of the list; a leading minus is descending. Ties are broken by id. */
export const StrategySort = Type.Union(
  [
    Type.Literal('id'),
    Type.Literal('-id'),
    Type.Literal('name'),
    Type.Literal('-name'),
    Type.Literal('createdAt'),
    Type.Literal('-createdAt'),
    Type.Literal('updatedAt'),
    Type.Literal('-updatedAt'),
  ],
  { default: 'id' },
);
export type StrategySort = Static<typeof StrategySort>;

const properties = {
  status: Type.Optional(
    Type.Union([Type.Literal('active'), Type.Literal('deleted'), Type.Literal('all')], { default: 'active' }),
  ),
  kind: Type.Optional(Type.String({ maxLength: 40 })),
  accountId: Type.Optional(Id),
  market: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  desiredState: Type.Optional(DesiredState),
  /** State of the current run; a strategy that was never started is `stopped`. */
  state: Type.Optional(RunState),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of the name or the market, or the id; upper and lower case are the same.',
    }),
  ),
};

export const StrategyListQuery = Type.Object(
  {
    ...properties,
    sort: Type.Optional(StrategySort),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 1000 })),
    cursor: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,800}$' })),
  },
  { additionalProperties: false },
);
export type StrategyListQuery = Static<typeof StrategyListQuery>;
