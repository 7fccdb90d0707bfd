import { Type, type Static } from 'typebox';
import { Id, Timestamp } from './common.js';
import { LegInput, StrategyKindName, StrategyName, StrategyParams } from './strategy.js';

const description = Type.String({ maxLength: 500 });

/** Parameters kept under a name: of their own, or those of a strategy. */
export const TemplateCreate = Type.Object(
  {
    name: StrategyName,
    description: Type.Optional(description),
    kind: StrategyKindName,
    params: StrategyParams,
  },
  { additionalProperties: false },
);
export type TemplateCreate = Static<typeof TemplateCreate>;

export const TemplateUpdate = Type.Object(
  {
    name: Type.Optional(StrategyName),
    description: Type.Optional(description),
    params: Type.Optional(StrategyParams),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type TemplateUpdate = Static<typeof TemplateUpdate>;

export const TemplateApply = Type.Object(
  { name: StrategyName, legs: Type.Array(LegInput, { minItems: 1, maxItems: 16 }) },
  { additionalProperties: false },
);
export type TemplateApply = Static<typeof TemplateApply>;

export const Template = Type.Object({
  id: Id,
  name: Type.String(),
  description: Type.String(),
  kind: Type.String(),
  params: StrategyParams,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Template = Static<typeof Template>;
