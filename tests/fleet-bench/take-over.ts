import { GridFleet } from '../harness/grid-fleet.js';
import { INSPECTED } from '../harness/inspector.js';
import { print, spreadOf } from './figures.js';
import { profiled } from './profiled.js';
import { firstSteps } from './node-log.js';
import { WALKED_GRID, walkAll } from './walk.js';

const FILLS_PER_SECOND = 10;
const STARTED_MS = 120_000;
const TAKEN_MS = 60_000;

/** From kill -9 of a node to the first reconciled step of each of its runs on the other one, ms. */
export async function takeOver(onNode: number): Promise<void> {
  const fleet = await GridFleet.open({
    markets: 20,
    accounts: 20,
    strategies: onNode * 2,
    params: WALKED_GRID,
    prices: 'manual:100',
  });
  try {
    await Promise.all([fleet.startNode('a'), fleet.startNode('b', INSPECTED)]);
    await fleet.create();
    await fleet.start();
    const even = Math.floor(onNode * 0.7);
    await fleet.until(
      'both nodes to have their share',
      ({ a = 0, b = 0 }) => a >= even && b >= even,
      STARTED_MS,
    );
    await fleet.untilArmed(WALKED_GRID.levels - 1, STARTED_MS);
    await walkAll(fleet, FILLS_PER_SECOND);
    const { a: victims = 0 } = await fleet.spread();
    const cancelled = await fleet.count("SELECT COUNT(*) AS n FROM orders WHERE state = 'canceled'");
    const killedAt = Date.now();
    await profiled(fleet.node('b'), 'take-over', async () => {
      await fleet.node('a').kill();
      await fleet.until(
        'the other node to trade everything',
        ({ b = 0 }) => b === fleet.ids.length,
        TAKEN_MS,
      );
    });
    const taken = firstSteps(fleet.node('b')).filter(({ time }) => time > killedAt);
    print({
      bench: 'take-over after kill -9',
      strategiesOnNode: victims,
      takenOver: taken.length,
      ms: spreadOf(taken.map(({ time }) => time - killedAt)),
      ordersCancelled:
        (await fleet.count("SELECT COUNT(*) AS n FROM orders WHERE state = 'canceled'")) - cancelled,
    });
  } finally {
    await fleet.close();
  }
}
