import { Redis } from 'ioredis';

export { Redis } from 'ioredis';

export interface RedisOptions {
  /** Longest wait for one command, ms; null for blocking connections of BullMQ. */
  commandTimeoutMs?: number | null;
}

/** Deadline of an ordinary command: Redis answers in a millisecond or is not well. */
const COMMAND_TIMEOUT_MS = 2_000;

/** A connection with a deadline on every command and reconnection with back-off up to 2 s. */
export function connectRedis(url: string, options: RedisOptions = {}): Redis {
  const timeout = options.commandTimeoutMs === undefined ? COMMAND_TIMEOUT_MS : options.commandTimeoutMs;
  const redis = new Redis(url, {
    maxRetriesPerRequest: timeout === null ? null : 1,
    ...(timeout === null ? {} : { commandTimeout: timeout }),
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
  });
  return redis;
}
