import { Worker } from 'node:worker_threads';
import type { LegContext, PlanContext } from '@gridfleet/shared/domain';
import {
  addNewState,
  Batch,
  createBinance,
  firstStep,
  guarded,
  loadBinance,
  stepAll,
  stepStatements,
  StepStore,
  type CommittedStep,
  type HookedBinance,
  type RunFrame,
  type RunMemory,
} from '@gridfleet/worker';
import { oneOrderMachine } from './one-order-machine.js';
import type { ReadyMessage } from './simulator-thread.js';
import { createBenchDatabase, storeStrategy } from './stored-strategy.js';

const WARM_UP = 50;
const ROUNDS = 300;
const SYMBOL = 'BTC/USDT';

const MARKET: LegContext['market'] = {
  symbol: SYMBOL,
  type: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};

function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

async function startExchange(): Promise<{ thread: Worker; ready: ReadyMessage }> {
  const thread = new Worker(new URL('./simulator-thread.js', import.meta.url));
  const ready = await new Promise<ReadyMessage>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  return { thread, ready };
}

/** The strategy whose orders are measured: its machine, its rows and what it remembers between two quotes. */
class Measured {
  memory: RunMemory;
  #policies: CommittedStep['policies'];

  private constructor(
    readonly frame: RunFrame,
    readonly store: StepStore,
    first: CommittedStep,
  ) {
    this.memory = first.result.memory;
    this.#policies = first.policies;
  }

  static async start(frame: RunFrame, store: StepStore): Promise<Measured> {
    const now = new Date();
    const begin = frame.kind.start({ ...frame.context, firstGeneration: 1, carried: null }, now.getTime());
    const first = await store.commit(frame, null, (view) => {
      const result = firstStep(frame, begin, view, now.getTime());
      const batch = new Batch();
      addNewState(batch, frame.strategyId, 1, frame.context, result.memory.machine.header, now);
      const step = stepStatements(frame, result, now);
      const offset = batch.append(step.batch);
      return { result, write: { batch, read: (answers) => step.read(answers.slice(offset)) } };
    });
    return new Measured(frame, store, first);
  }

  /** From a quote to the committed intent of its order. */
  async quote(bid: number): Promise<{ id: string; price: string; quantity: string }> {
    const now = Date.now();
    const event = { type: 'quote', leg: 0, market: SYMBOL, bid, ask: bid + 1 } as const;
    const step = await this.store.commit(this.frame, this.#policies, (view) => {
      const result = stepAll(this.frame, this.memory, [{ type: 'event', event }], view, now);
      return { result, write: stepStatements(this.frame, result, new Date(now)) };
    });
    const [intent] = step.written.intents;
    if (intent === undefined) throw new Error('the quote armed no order');
    // Orders are over at once here; a real run hears of it and forgets them.
    this.memory = { ...step.result.memory, orders: new Map() };
    this.#policies = step.policies;
    const { clientOrderId, price, quantity } = intent.row;
    return { id: clientOrderId, price: price ?? '', quantity };
  }
}

function order(
  client: HookedBinance,
  id: string,
  price: string,
  quantity: string,
): ReturnType<HookedBinance['createOrder']> {
  // ccxt formats text amounts exactly, though it declares numbers.
  const text = (value: string): number => value as unknown as number;
  return client.createOrder(SYMBOL, 'limit', 'buy', text(quantity), text(price), {
    clientOrderId: id,
    timeInForce: 'IOC',
  });
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
    const { result } = await guarded(
      () => (wired = performance.now()),
      () => order(client, id, price, quantity),
    );
    await result;
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
  const { thread, ready } = await startExchange();
  const bench = await createBenchDatabase(serverUrl);
  try {
    const { Binance } = await loadBinance();
    const client = createBinance(Binance, {
      environment: 'sim',
      simUrl: ready.url,
      credentials: { apiKey: ready.apiKey, secret: ready.apiSecret },
    });
    await client.loadMarkets();
    const ticker = await client.fetchTicker(SYMBOL);
    const bid = Math.round((ticker.bid ?? 0) * 100);
    const leg = { leg: 0, market: MARKET, bid, ask: bid + 1, makerRate: '0', takerRate: '0' };
    const context: PlanContext = { legs: [{ ...leg, baseFree: null, quoteFree: null }] };
    const frame: RunFrame = {
      ...(await storeStrategy(bench.database)),
      salt: 'b3nc',
      kind: oneOrderMachine(context),
      context,
    };
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
    await client.close();
  } finally {
    await bench.drop();
    await thread.terminate();
  }
}

await main();
