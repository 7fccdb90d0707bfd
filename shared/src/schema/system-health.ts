import { Type, type Static } from 'typebox';
import { Id, Nullable } from './common.js';
import { Health } from './health.js';

/** An exchange as one node sees it. */
export const VenueHealth = Type.Object({
  /** Venue and environment, e.g. "binance:live". */
  scope: Type.String(),
  /** The exchange's clock minus the node's, ms; null before it was asked. */
  clockOffsetMs: Nullable(Type.Number()),
  /** Why nothing may be signed now; null when all is well. */
  clockProblem: Nullable(Type.String()),
  /** Request weight the exchange allows an address in a window. */
  weightWindow: Type.String({ examples: ['1m'] }),
  weightLimit: Type.Integer(),
});
export type VenueHealth = Static<typeof VenueHealth>;

/** What a node says of itself beside its load. */
export const NodeHealth = Type.Object({
  venues: Type.Array(VenueHealth),
  /** Markets followed, and those of them that have been silent for too long. */
  feeds: Type.Integer(),
  stale: Type.Integer(),
});
export type NodeHealth = Static<typeof NodeHealth>;

const Budget = Type.Object({
  scope: Type.String(),
  /** Egress address, or one's own account. */
  owner: Type.String(),
  accountId: Nullable(Id),
  /** `weight`, `looks`, `connections` or `orders`. */
  what: Type.String(),
  window: Type.String({ examples: ['1m'] }),
  used: Type.Integer(),
});

const Gate = Type.Object({
  scope: Type.String(),
  owner: Type.String(),
  accountId: Nullable(Id),
  reason: Type.String(),
  opensInMs: Type.Integer(),
});

const Queue = Type.Object({
  name: Type.String(),
  waiting: Type.Integer(),
  active: Type.Integer(),
  delayed: Type.Integer(),
  failed: Type.Integer(),
});

/** Everything the platform stands on, in one answer. */
export const SystemHealth = Type.Object({
  ...Health.properties,
  redisLatencyMs: Nullable(Type.Number()),
  queues: Type.Array(Queue),
  /** By node; null from a version that does not say. */
  nodes: Type.Array(Type.Object({ name: Type.String(), health: Nullable(NodeHealth) })),
  /** What the fleet has used of exchanges' limits in the present windows: of addresses, and of one's own accounts. */
  budgets: Type.Array(Budget),
  /** Exchanges that asked to wait. */
  gates: Type.Array(Gate),
});
export type SystemHealth = Static<typeof SystemHealth>;
