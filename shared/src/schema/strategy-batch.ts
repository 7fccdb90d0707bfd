import { Type, type Static } from 'typebox';
import { Id } from './common.js';
import { StopRequest, StrategyParams } from './strategy.js';

/** Strategies of one batch. */
const strategyIds = Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true });

export const BatchRequest = Type.Object({ strategyIds }, { additionalProperties: false });
export type BatchRequest = Static<typeof BatchRequest>;

export const BatchStopRequest = Type.Object(
  { strategyIds, ...StopRequest.properties },
  { additionalProperties: false },
);
export type BatchStopRequest = Static<typeof BatchStopRequest>;

export const BatchUpdateRequest = Type.Object(
  {
    strategyIds,
    update: Type.Object(
      {
        /** These fields replace those of each strategy; its other params stay. */
        params: StrategyParams,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type BatchUpdateRequest = Static<typeof BatchUpdateRequest>;

/** What became of one strategy of the batch. */
export const BatchItem = Type.Object({
  id: Id,
  ok: Type.Boolean(),
  /** `OK`, or the code of the error. */
  code: Type.String({ examples: ['OK', 'STRATEGY_RUNNING'] }),
  message: Type.String(),
});
export type BatchItem = Static<typeof BatchItem>;

export const BatchResult = Type.Object({
  success: Type.Integer(),
  failed: Type.Integer(),
  /** In the order asked. */
  items: Type.Array(BatchItem),
});
export type BatchResult = Static<typeof BatchResult>;
