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

/**
 * - `ready`: takes runs
 * - `busy`: its event loop has no time for more
 * - `full`: it runs as many strategies as it may
 * - `draining`, `drained`: it gives its runs to other nodes, or has, and takes none
 */
export const WorkerState = Type.Union([
  Type.Literal('ready'),
  Type.Literal('busy'),
  Type.Literal('full'),
  Type.Literal('draining'),
  Type.Literal('drained'),
]);
export type WorkerState = Static<typeof WorkerState>;

export const WorkerInfo = Type.Object({
  name: Type.String(),
  /** A new one each time a process of this name starts. */
  instanceId: Type.String(),
  hostname: Type.String(),
  ip: Type.String(),
  /** Address exchanges see its requests come from, as far as it knows. */
  egressIp: Type.String(),
  version: Type.String(),
  /** "live", "backtest" or both, comma-separated. */
  roles: Type.String(),
  /** Comma-separated. */
  labels: Type.Union([Type.String(), Type.Null()]),
  state: WorkerState,
  /** Strategies it trades at most; 0 without the role "live". */
  capacity: Type.Integer(),
  running: Type.Integer(),
  /** Share of the last seconds in which its event loop was busy, 0 to 1. */
  eventLoopUtilisation: Type.Number(),
  /** 99th percentile since the heartbeat before. */
  eventLoopLagMs: Type.Number(),
  rssBytes: Type.Integer(),
  startedAt: Timestamp,
  heartbeatAt: Nullable(Timestamp),
});
export type WorkerInfo = Static<typeof WorkerInfo>;
