import { TestPlatform } from './platform.js';
import type { GridfleetProcess } from './processes.js';
import type { Rest } from './rest.js';
import { TestSimulator } from './simulator.js';

/** An exchange, and one installation that trades there. */
export interface TestSystem {
  sim: TestSimulator;
  platform: TestPlatform;
  api: Rest;
  url: string;
  worker: GridfleetProcess;
  close: () => Promise<void>;
}

export interface SystemOptions {
  /** Recorded seconds per real second, default 1. */
  speed?: number;
  /** As `--market` takes them; none plays the recorded BTCUSDT session. */
  markets?: readonly string[];
  /** Of the API and the node. */
  env?: NodeJS.ProcessEnv;
  /** The node's name, default `node-1`. */
  node?: string;
}

/** Starts a simulator, then an API and a node side by side, each a process of its own. */
export async function startSystem({
  speed = 1,
  markets = [],
  env = {},
  node = 'node-1',
}: SystemOptions = {}): Promise<TestSystem> {
  const sim = await TestSimulator.start(speed, markets);
  const platform = await TestPlatform.create(sim.url, env);
  const close = async (): Promise<void> => {
    await platform.close().finally(() => sim.process.stop());
  };
  try {
    // The node waits for the schema, which the API brings.
    const [{ api, url }, worker] = await Promise.all([platform.startApi(), platform.startWorker(node)]);
    return { sim, platform, api, url, worker, close };
  } catch (error) {
    await close();
    throw error;
  }
}
