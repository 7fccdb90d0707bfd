import { GridFleet } from '../harness/grid-fleet.js';
import { INSPECTED } from '../harness/inspector.js';
import { print, spreadOf } from './figures.js';
import { firstSteps, lastSteps } from './node-log.js';
import { profiled } from './profiled.js';
import { WALKED_GRID, walkAll } from './walk.js';

const FILLS_PER_SECOND = 10;
const LEVELS = 11;
const STARTED_MS = 180_000;
const TAKEN_MS = 60_000;

/** From the last step on a node that is told to stop to the first one elsewhere, for each of its runs, ms. */
export async function handOver(onNode: number): Promise<void> {
  const fleet = await GridFleet.open({
    markets: 20,
    accounts: Math.ceil(onNode / 20),
    strategies: onNode,
    params: { ...WALKED_GRID, levels: LEVELS },
    prices: 'manual:100',
  });
  try {
    const old = await fleet.startNode('a');
    await fleet.create();
    await fleet.start();
    await fleet.until('the node to trade everything', ({ a = 0 }) => a === onNode, STARTED_MS);
    await fleet.untilArmed(LEVELS - 1, STARTED_MS);
    await walkAll(fleet, FILLS_PER_SECOND);
    const next = await fleet.startNode('b', INSPECTED);
    const cancelled = await fleet.count("SELECT COUNT(*) AS n FROM orders WHERE state = 'canceled'");
    const told = Date.now();
    let gone = told;
    await profiled(next, 'hand-over', async () => {
      await old.stop(90_000);
      gone = Date.now();
      await fleet.until('the other node to trade everything', ({ b = 0 }) => b === onNode, TAKEN_MS);
    });
    const last = new Map(lastSteps(old).map(({ strategyId, time }) => [strategyId, time]));
    const first = new Map<number, number>();
    for (const { strategyId, time } of firstSteps(next))
      if (!first.has(strategyId)) first.set(strategyId, time);
    const gaps = [...last].flatMap(([id, time]) => (first.has(id) ? [(first.get(id) ?? 0) - time] : []));
    print({
      bench: 'hand-over on SIGTERM',
      strategiesOnNode: last.size,
      handedOver: gaps.length,
      gapMs: spreadOf(gaps),
      stoppedAfterMs: gone - told,
      ordersCancelled:
        (await fleet.count("SELECT COUNT(*) AS n FROM orders WHERE state = 'canceled'")) - cancelled,
    });
  } finally {
    await fleet.close();
  }
}
