import { Type, type Static } from 'typebox';
import { Nullable, Timestamp } from './common.js';

export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
  version: Type.String(),
  checks: Type.Object({ mysql: Type.Boolean(), redis: Type.Boolean(), workers: Type.Integer() }),
});
export type Health = Static<typeof Health>;

export const RedisHealth = Type.Object({
  status: Health.properties.status,
  /** Round trip of a ping, ms; null when Redis did not answer. */
  latencyMs: Nullable(Type.Number()),
});
export type RedisHealth = Static<typeof RedisHealth>;

export const WorkerInfo = Type.Object({
  name: Type.String(),
  instanceId: Type.String(),
  hostname: Type.String(),
  ip: Type.String(),
  version: Type.String(),
  capacity: Type.Integer(),
  running: Type.Integer(),
  eventLoopUtilisation: Type.Number(),
  eventLoopLagMs: Type.Number(),
  rssBytes: Type.Integer(),
  startedAt: Timestamp,
  heartbeatAt: Nullable(Timestamp),
});
export type WorkerInfo = Static<typeof WorkerInfo>;
