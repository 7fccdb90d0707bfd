import { Value } from 'typebox/value';
import type { Redis } from 'ioredis';
import { PlatformEvent } from '../../schema/events.js';
import { redisKeys } from './keys.js';

const BATCH = 500;

/** An entry of the stream as a group got it; `event` null for what is of no interest or not an event. */
export interface GroupEntry {
  id: string;
  event: PlatformEvent | null;
}

type RawEntry = [id: string, fields: string[] | null];

/**
 * One consumer of a group that reads the platform's event stream: each entry goes to one consumer, and stays with it
 * until it is acknowledged. Needs a connection of its own (reads block).
 */
export class EventGroup {
  readonly #redis: Redis;
  readonly #group: string;
  readonly #consumer: string;
  readonly #types: readonly PlatformEvent['type'][];

  /** @param types events that are wanted; others are not even parsed */
  constructor(redis: Redis, group: string, consumer: string, types: readonly PlatformEvent['type'][]) {
    this.#redis = redis;
    this.#group = group;
    this.#consumer = consumer;
    this.#types = types;
  }

  /** Makes the group where it is missing. From the oldest entry on: after a loss of Redis, all there is was unseen. */
  async ensure(): Promise<void> {
    try {
      await this.#redis.xgroup('CREATE', redisKeys.events, this.#group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
    }
  }

  /** Waits up to `blockMs` for entries nobody has had. @throws ReplyError NOGROUP when Redis has lost the group */
  async read(blockMs: number): Promise<GroupEntry[]> {
    const reply = await this.#redis.xreadgroup(
      'GROUP',
      this.#group,
      this.#consumer,
      'COUNT',
      BATCH,
      'BLOCK',
      blockMs,
      'STREAMS',
      redisKeys.events,
      '>',
    );
    return (reply?.[0]?.[1] ?? []).map((entry) => this.#parse(entry));
  }

  /** Takes over what a consumer has had for longer than `idleMs` without acknowledging it: it is gone. */
  async takeOver(idleMs: number): Promise<GroupEntry[]> {
    const [, entries] = (await this.#redis.xautoclaim(
      redisKeys.events,
      this.#group,
      this.#consumer,
      idleMs,
      '0',
      'COUNT',
      BATCH,
    )) as [string, RawEntry[]];
    return entries.map((entry) => this.#parse(entry));
  }

  async acknowledge(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#redis.xack(redisKeys.events, this.#group, ...ids);
  }

  /** Forgets consumers that left nothing behind and have not asked for longer than `idleMs`. */
  async forgetGone(idleMs: number): Promise<void> {
    const consumers = (await this.#redis.xinfo('CONSUMERS', redisKeys.events, this.#group)) as unknown[][];
    for (const fields of consumers) {
      const of = (name: string): unknown => fields[fields.indexOf(name) + 1];
      if (of('name') === this.#consumer || Number(of('pending')) > 0 || Number(of('idle')) < idleMs) continue;
      await this.#redis.xgroup('DELCONSUMER', redisKeys.events, this.#group, String(of('name')));
    }
  }

  #parse([id, fields]: RawEntry): GroupEntry {
    const text = fields?.[1];
    // Publishers write the type first; most entries are statuses, which nobody here wants.
    if (text === undefined || !this.#types.some((type) => text.startsWith(`{"type":"${type}"`)))
      return { id, event: null };
    try {
      const event: unknown = JSON.parse(text);
      return { id, event: Value.Check(PlatformEvent, event) ? event : null };
    } catch {
      return { id, event: null }; // not JSON: written by no version of ours
    }
  }
}
