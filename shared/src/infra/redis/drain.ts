import type { Redis } from 'ioredis';
import type { EntityManager } from 'typeorm';
import { NodeRepository } from '../repositories/nodes.js';
import { redisKeys } from './keys.js';

/**
 * Says whether a node is to be drained, and tells it. MySQL has the last word: a node that was not told looks there
 * every two seconds.
 * @param onUntold called when Redis did not take the message
 */
export async function drainNode(
  manager: EntityManager,
  redis: Redis,
  name: string,
  isDraining: boolean,
  onUntold: (error: unknown) => void,
): Promise<void> {
  await new NodeRepository(manager).setDraining(name, isDraining);
  try {
    await redis.publish(redisKeys.control, JSON.stringify({ node: name }));
  } catch (error) {
    onUntold(error);
  }
}
