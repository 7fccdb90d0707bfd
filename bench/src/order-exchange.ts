import { Worker } from 'node:worker_threads';
import { createBinance, loadBinance, type HookedBinance } from '@gridfleet/worker';
import { SYMBOL } from './measured-run.js';
import type { ReadyMessage } from './simulator-thread.js';

/** An exchange on a thread of its own and a client of it, markets loaded. */
export interface OrderExchange {
  client: HookedBinance;
  /** The best bid in ticks of a cent. */
  bid: number;
  close(): Promise<void>;
}

async function startExchange(): Promise<{ thread: Worker; ready: ReadyMessage }> {
  const thread = new Worker(new URL('./simulator-thread.js', import.meta.url));
  const ready = await new Promise<ReadyMessage>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  return { thread, ready };
}

export async function openExchange(): Promise<OrderExchange> {
  const { thread, ready } = await startExchange();
  const { Binance } = await loadBinance();
  const client = createBinance(Binance, {
    environment: 'sim',
    simUrl: ready.url,
    credentials: { apiKey: ready.apiKey, secret: ready.apiSecret },
  });
  await client.loadMarkets();
  const ticker = await client.fetchTicker(SYMBOL);
  const close = async (): Promise<void> => {
    await client.close();
    await thread.terminate();
  };
  return { client, bid: Math.round((ticker.bid ?? 0) * 100), close };
}
