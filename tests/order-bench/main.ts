import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServices } from '../services.js';

const BENCH = fileURLToPath(new URL('../../bench/dist/order-path.js', import.meta.url));
/** It takes a quarter of a minute on a machine of its own. */
const BENCH_MS = 180_000;

const { values } = parseArgs({ options: { profile: { type: 'string' }, synced: { type: 'boolean' } } });
const { profile, synced = false } = values;

/** The bench as it was built, in a process of its own: nothing of this one is measured with it. */
async function measure(databaseUrl: string): Promise<void> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [...profiling, BENCH],
      { env: { ...process.env, DATABASE_URL: databaseUrl }, timeout: BENCH_MS },
      (error) => (error === null ? resolve() : reject(new Error('the bench ended early', { cause: error }))),
    );
    child.stdout?.pipe(process.stdout);
    child.stderr?.pipe(process.stderr);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  });
}

const services = await startServices({ synced });
try {
  await measure(services.databaseUrl);
} finally {
  await services.stop();
}
