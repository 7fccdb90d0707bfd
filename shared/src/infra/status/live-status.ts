import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { Id } from '../../schema/common.js';
import { StrategyStatus } from '../../schema/strategy.js';

const {
  strategyId: _id,
  desiredState: _desired,
  isRunning: _running,
  ...reported
} = StrategyStatus.properties;

/** What the node that runs a strategy reports about it. */
export const LiveStatus = Type.Object({
  ...reported,
  runId: Id,
  /** Revision of the params in force. */
  paramsRevision: Type.Integer(),
});
export type LiveStatus = Static<typeof LiveStatus>;
/** Compiled: a fleet's lists check a thousand reports at a time. */
const checkReport = Compile(LiveStatus);

type Codec = 'text' | 'integer' | 'json';

/** Fields of the Redis hash `strategy:running:{id}`; an empty string is null. */
const FIELDS = {
  runId: ['run_id', 'integer'],
  jobId: ['job_id', 'text'],
  fence: ['fence', 'integer'],
  workerName: ['worker_name', 'text'],
  workerIp: ['worker_ip', 'text'],
  workerHostname: ['worker_hostname', 'text'],
  state: ['status', 'text'],
  reason: ['status_reason', 'json'],
  startedAt: ['started_at', 'text'],
  updatedAt: ['updated_at', 'text'],
  currentPrice: ['current_price', 'text'],
  pendingBuys: ['pending_buys', 'integer'],
  pendingSells: ['pending_sells', 'integer'],
  positionCount: ['position_count', 'integer'],
  position: ['position', 'text'],
  cycles: ['cycles', 'integer'],
  fills: ['fills', 'integer'],
  realizedPnl: ['realized_pnl', 'text'],
  unrealizedPnl: ['unrealized_pnl', 'text'],
  profit: ['profit', 'json'],
  range: ['range', 'text'],
  phase: ['phase', 'text'],
  protection: ['protection', 'text'],
  coverage: ['coverage', 'text'],
  lastError: ['last_error', 'json'],
  paramsRevision: ['params_revision', 'integer'],
} as const satisfies Record<keyof LiveStatus, readonly [string, Codec]>;

type HashField = (typeof FIELDS)[keyof typeof FIELDS][0] | 'task_id';
/** The whole hash; writers may send only the fields that changed. */
export type StatusHash = Record<HashField, string>;

function encode(value: LiveStatus[keyof LiveStatus]): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function decode(text: string, codec: Codec): unknown {
  if (text === '') return null;
  if (codec === 'text') return text;
  return codec === 'integer' ? Number(text) : JSON.parse(text);
}

export function statusToHash(status: LiveStatus): StatusHash {
  const entries = Object.entries(FIELDS).map(([key, [field]]) => [
    field,
    encode(status[key as keyof LiveStatus]),
  ]);
  // The older name of the same thing, for outside readers.
  return { ...(Object.fromEntries(entries) as Omit<StatusHash, 'task_id'>), task_id: status.jobId ?? '' };
}

const CODECS = Object.entries(FIELDS).map(([key, [, codec]]) => [key, codec] as const);
/** The fields of the hash that make a status, in the order `valuesToStatus` takes them; what is not there is false. */
export const STATUS_FIELDS: readonly string[] = Object.values(FIELDS).map(([field]) => field);

/**
 * Reads a status back from the values of `STATUS_FIELDS`; null when there is none or a value does not parse: the status is
 * then MySQL's alone.
 */
export function valuesToStatus(values: readonly (string | false | undefined)[]): LiveStatus | null {
  const status: Record<string, unknown> = {};
  try {
    for (const [i, [key, codec]] of CODECS.entries()) status[key] = decode(values[i] || '', codec);
  } catch {
    return null; // not JSON: written by something that is not a node of this product
  }
  return checkReport.Check(status) ? status : null;
}

/** As `valuesToStatus`, from the whole hash. */
export function hashToStatus(hash: Readonly<Record<string, string>>): LiveStatus | null {
  return valuesToStatus(STATUS_FIELDS.map((field) => hash[field]));
}
