import { Type, type Static } from 'typebox';
import { Nullable } from './common.js';

export const NodeName = Type.String({ pattern: '^[A-Za-z0-9._-]{1,60}$', examples: ['node-1'] });

/** A property of nodes that strategies can ask for, such as a region. */
export const NodeLabel = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._=-]{0,39}$',
  examples: ['region=eu'],
});

const labels = Type.Array(NodeLabel, { maxItems: 8, uniqueItems: true, title: 'Labels' });

/** Where a strategy may run. */
export const Placement = Type.Object({
  /** The one node that may run it; null for any. */
  workerName: Nullable(NodeName),
  /** A node needs all of these. */
  labels,
});
export type Placement = Static<typeof Placement>;

/** The same in requests: what is left out stays as it is. */
export const PlacementInput = {
  workerName: Type.Optional(Nullable(NodeName)),
  labels: Type.Optional(labels),
};

export const NodeParams = Type.Object({ name: NodeName }, { additionalProperties: false });
