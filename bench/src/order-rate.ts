import { StepStore } from '@gridfleet/worker';
import { frameOf, Measured, order } from './measured-run.js';
import type { Measurement } from './measure.js';
import type { OrderExchange } from './order-exchange.js';
import { storeStrategy, type BenchDatabase } from './stored-strategy.js';

/** Strategies of one node that trade side by side. */
const STRATEGIES = 16;
const WARM_UP_MS = 1_000;
/** The two take turns, so that both meet the same moods of the machine. */
const TURNS = 3;
const TURN_MS = 2_000;

/** Calls each worker's `place` again and again for a while. @returns placements per second */
async function rateOf(workers: readonly (() => Promise<unknown>)[], ms: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  await Promise.all(
    workers.map(async (place) => {
      while (performance.now() - start < ms) {
        await place();
        count += 1;
      }
    }),
  );
  return (count / (performance.now() - start)) * 1_000;
}

/**
 * Orders a second that one node sustains, from quote over committed intent to the exchange's answer, beside bare
 * requests of the same client.
 */
export async function orderRateLines(
  database: BenchDatabase['database'],
  { client, bid }: OrderExchange,
): Promise<Measurement[]> {
  const store = new StepStore(database);
  const runs: Measured[] = [];
  for (let id = 2; id < 2 + STRATEGIES; id += 1)
    runs.push(await Measured.start(frameOf(await storeStrategy(database, id), bid), store));
  let last = { price: '', quantity: '' };
  const ours = runs.map((run) => async () => {
    const { id, price, quantity } = await run.quote(bid);
    last = { price, quantity };
    await order(client, id, price, quantity);
  });
  let sent = 0;
  const bare = runs.map(() => async () => {
    sent += 1;
    await order(client, `rate${sent}`, last.price, last.quantity);
  });
  await rateOf(ours, WARM_UP_MS);
  await rateOf(bare, WARM_UP_MS);
  const rates = { ours: 0, bare: 0 };
  for (let turn = 0; turn < TURNS; turn += 1) {
    rates.ours += (await rateOf(ours, TURN_MS)) / TURNS;
    rates.bare += (await rateOf(bare, TURN_MS)) / TURNS;
  }
  const line = (bench: string, perSecond: number): Measurement => ({
    bench,
    perSecond: Math.round(perSecond),
    ratio: Number((perSecond / rates.bare).toPrecision(3)),
  });
  return [
    line(`createOrder alone, ${STRATEGIES} at once`, rates.bare),
    line(`orders of one node, intents committed, ${STRATEGIES} strategies`, rates.ours),
  ];
}
