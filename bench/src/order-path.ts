import { StepStore, type HookedBinance } from '@gridfleet/worker';
import { frameOf, Measured, order } from './measured-run.js';
import { openExchange } from './order-exchange.js';
import { orderRateLines } from './order-rate.js';
import { createBenchDatabase, storeStrategy } from './stored-strategy.js';

const WARM_UP = 500;
const ROUNDS = 2_000;

function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Quote to order on the wire with its intent committed, and ccxt's bare createOrder, by turns; milliseconds. */
async function measure(
  run: Measured,
  client: HookedBinance,
  bid: number,
): Promise<{ ours: number[]; bare: number[] }> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const start = performance.now();
    const { id, price, quantity } = await run.quote(bid);
    let wired = NaN;
    await order(client, id, price, quantity, () => (wired = performance.now()));
    const bareStart = performance.now();
    await order(client, `bare${round}`, price, quantity);
    const bareEnd = performance.now();
    if (round < WARM_UP) continue;
    ours.push(wired - start);
    bare.push(bareEnd - bareStart);
  }
  return { ours, bare };
}

async function main(): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'];
  if (!serverUrl) {
    process.stderr.write(
      'order-path: set DATABASE_URL to a MySQL or MariaDB whose user may create databases.\n',
    );
    process.exit(2);
  }
  const exchange = await openExchange();
  const bench = await createBenchDatabase(serverUrl);
  try {
    const { client, bid } = exchange;
    const frame = frameOf(await storeStrategy(bench.database), bid);
    const run = await Measured.start(frame, new StepStore(bench.database));
    const { ours, bare } = await measure(run, client, bid);
    const line = {
      bench: 'quote to order on the wire, intent committed',
      rounds: ROUNDS,
      p50Ms: Number(percentile(ours, 0.5).toFixed(2)),
      p99Ms: Number(percentile(ours, 0.99).toFixed(2)),
      bareP50Ms: Number(percentile(bare, 0.5).toFixed(2)),
      bareP99Ms: Number(percentile(bare, 0.99).toFixed(2)),
      ratioP50: Number((percentile(ours, 0.5) / percentile(bare, 0.5)).toPrecision(3)),
      aboveBareP99Ms: Number((percentile(ours, 0.99) - percentile(bare, 0.99)).toFixed(2)),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    for (const rate of await orderRateLines(bench.database, exchange))
      process.stdout.write(`${JSON.stringify(rate)}\n`);
  } finally {
    await bench.drop();
    await exchange.close();
  }
}

await main();
