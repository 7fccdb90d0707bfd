import { Type, type Static } from 'typebox';
import { Environment } from './account.js';
import { Id, Timestamp } from './common.js';
import { PlacementInput } from './placement.js';
import { StrategyKindName, StrategyName, StrategyParams } from './strategy.js';

/** An account as a file names it: without id and without secrets. */
const PortableAccount = Type.Object(
  { label: Type.String({ maxLength: 100 }), venue: Type.String({ maxLength: 40 }), environment: Environment },
  { additionalProperties: false },
);

export const PortableStrategy = Type.Object(
  {
    name: StrategyName,
    kind: StrategyKindName,
    params: StrategyParams,
    legs: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 40 }),
          market: Type.String({ minLength: 3, maxLength: 60 }),
          account: PortableAccount,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 16 },
    ),
    ...PlacementInput,
  },
  { additionalProperties: false },
);
export type PortableStrategy = Static<typeof PortableStrategy>;

/** What an export gives and an import takes. */
export const StrategyFile = Type.Object(
  {
    format: Type.Literal('gridfleet.strategies'),
    version: Type.Literal(1),
    exportedAt: Type.Optional(Timestamp),
    strategies: Type.Array(PortableStrategy, { minItems: 0, maxItems: 1000 }),
  },
  { additionalProperties: false },
);
export type StrategyFile = Static<typeof StrategyFile>;

export const ImportRequest = Type.Object(
  {
    file: StrategyFile,
    /** Account to use for a label of the file; without it the account of that label, venue and environment. */
    accounts: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Id)),
  },
  { additionalProperties: false },
);
export type ImportRequest = Static<typeof ImportRequest>;

export const ImportResult = Type.Object({
  success: Type.Integer(),
  failed: Type.Integer(),
  items: Type.Array(
    Type.Object({
      /** Place in the file, from 0. */
      index: Type.Integer(),
      ok: Type.Boolean(),
      /** Id of the new strategy. */
      id: Type.Optional(Id),
      code: Type.String(),
      message: Type.String(),
    }),
  ),
});
export type ImportResult = Static<typeof ImportResult>;

export const CopyRequest = Type.Object(
  {
    name: Type.Optional(StrategyName),
    /** Another account or market for the first leg. */
    accountId: Type.Optional(Id),
    market: Type.Optional(Type.String({ minLength: 3, maxLength: 60 })),
  },
  { additionalProperties: false },
);
export type CopyRequest = Static<typeof CopyRequest>;
