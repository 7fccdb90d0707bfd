import type { Redis } from '@gridfleet/shared/infra';
import { Coalescer } from '../util/coalesce.js';

/** Statuses of so long leave in one round trip, ms: the runs of a node report at their own times. */
const WINDOW_MS = 50;
const BATCH = 1_000;

interface Entry {
  key: string;
  fields: Record<string, string>;
}

/** Writes the statuses of all runs of a node. */
export class StatusWriter {
  readonly #writes: Coalescer<Entry, Error | null>;

  constructor(redis: Redis) {
    this.#writes = new Coalescer((entries) => send(redis, entries), { size: BATCH, windowMs: WINDOW_MS });
  }

  /** @throws when Redis did not take it */
  async write(key: string, fields: Record<string, string>): Promise<void> {
    if (Object.keys(fields).length === 0) return;
    const error = await this.#writes.ask({ key, fields });
    if (error !== null) throw error;
  }
}

async function send(redis: Redis, entries: readonly Entry[]): Promise<(Error | null)[]> {
  const pipeline = redis.pipeline();
  for (const { key, fields } of entries) pipeline.hset(key, fields);
  const replies = (await pipeline.exec()) ?? [];
  return entries.map((_entry, index) => {
    const reply = replies[index];
    return reply === undefined ? new Error('Redis did not answer') : reply[0];
  });
}
