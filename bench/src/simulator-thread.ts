import { parentPort } from 'node:worker_threads';
import { startSimulator } from '@gridfleet/sim';

/** What the main thread is told once the exchange answers. */
export interface ReadyMessage {
  url: string;
  apiKey: string;
  apiSecret: string;
}

/** The exchange on a thread of its own: it must not share an event loop with what is measured. */
const simulator = await startSimulator({
  loop: true,
  limits: { weightPerMinute: 1_000_000, ordersPer10s: 1_000_000, ordersPerDay: 1_000_000 },
});
const [account] = simulator.accounts;
if (account === undefined) throw new Error('the simulator has no account');
const ready: ReadyMessage = { url: simulator.url, apiKey: account.apiKey, apiSecret: account.apiSecret };
parentPort?.postMessage(ready);
