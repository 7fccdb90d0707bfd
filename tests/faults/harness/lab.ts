import { TestPlatform } from '../../harness/platform.js';
import { TestSimulator } from '../../harness/simulator.js';
import type { Lab } from './grid-run.js';
import { marketFlags } from './market.js';

/** A simulator with the markets of the lab, an API and a worker, each a process of its own. */
export async function openLab(): Promise<Lab & { close: () => Promise<void> }> {
  const simulator = await TestSimulator.start(1, marketFlags());
  const platform = await TestPlatform.create(simulator.url);
  const { api } = await platform.startApi();
  await platform.startWorker('node-1');
  const close = async (): Promise<void> => {
    await platform.close();
    await simulator.process.stop();
  };
  return { simulator, platform, api, close };
}
