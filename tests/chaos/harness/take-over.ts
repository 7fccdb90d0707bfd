import { setTimeout as delay } from 'node:timers/promises';
import type { Arena, ArenaNode } from './arena.js';

const TAKEN_MS = 90_000;
const LOOK_EVERY_MS = 25;

/**
 * Kills a node as a crash does, and waits until all it had is traded elsewhere.
 * @returns ms from the kill to the first reconciled step of each of its runs elsewhere, as MySQL tells it
 */
export async function killNode(arena: Arena, node: ArenaNode): Promise<number[]> {
  const before = (await arena.holdings()).filter((held) => held.node === node.name && held.isTraded);
  const killedAt = performance.now();
  await node.process.kill();
  const taken = new Map<number, number>();
  while (taken.size < before.length) {
    const since = performance.now() - killedAt;
    if (since > TAKEN_MS)
      throw new Error(`nobody took over ${before.length - taken.size} runs of ${node.name}`);
    const now = new Map((await arena.holdings()).map((held) => [held.strategyId, held]));
    for (const { strategyId, fence } of before) {
      const held = now.get(strategyId);
      if (taken.has(strategyId) || held === undefined) continue;
      if (held.isTraded && held.fence > fence) taken.set(strategyId, performance.now() - killedAt);
    }
    await delay(LOOK_EVERY_MS);
  }
  return [...taken.values()];
}
