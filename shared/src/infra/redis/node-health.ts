import { Value } from 'typebox/value';
import type { Redis } from 'ioredis';
import { NodeHealth } from '../../schema/system-health.js';
import { redisKeys } from './keys.js';

/** Field of the hash `worker:info:{name}`, beside the described ones. */
const FIELD = 'health';

export function nodeHealthToHash(health: NodeHealth): Record<string, string> {
  return { [FIELD]: JSON.stringify(health) };
}

function parse(text: string | null): NodeHealth | null {
  if (text === null) return null;
  try {
    const health: unknown = JSON.parse(text);
    return Value.Check(NodeHealth, health) ? health : null;
  } catch {
    return null; // a node of another version may say anything
  }
}

/** What a living node says of exchanges and streams; null when it says nothing that can be read. */
export async function readNodeHealth(redis: Redis, name: string): Promise<NodeHealth | null> {
  return parse(await redis.hget(redisKeys.workerInfo(name), FIELD));
}
