import { parseArgs } from 'node:util';
import { startServices } from '../services.js';
import { density } from './density.js';
import { halt } from './halt.js';
import { handOver } from './hand-over.js';
import { profileInto } from './profiled.js';
import { reArm } from './re-arm.js';
import { startUp } from './start-up.js';
import { takeOver } from './take-over.js';

const SCENARIOS: Readonly<
  Record<string, { strategies: number; run: (strategies: number) => Promise<void> }>
> = {
  'take-over': { strategies: 100, run: takeOver },
  'hand-over': { strategies: 500, run: handOver },
  halt: { strategies: 60, run: halt },
  'start-up': { strategies: 1_000, run: startUp },
  density: { strategies: 500, run: density },
  're-arm': { strategies: 5, run: reArm },
};

interface Wanted {
  names: string[];
  strategies: number | undefined;
  /** Folder for CPU profiles. */
  profile: string | undefined;
}

/** @throws RangeError naming the argument that does not fit. */
function readArguments(): Wanted {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, strategies: { type: 'string' }, profile: { type: 'string' } },
  });
  const names = values.only === undefined ? Object.keys(SCENARIOS) : values.only.split(',');
  const unknown = names.find((name) => SCENARIOS[name] === undefined);
  if (unknown !== undefined)
    throw new RangeError(`--only "${unknown}" is none of ${Object.keys(SCENARIOS).join(', ')}`);
  const text = values.strategies;
  if (text !== undefined && !/^[1-9]\d{0,4}$/.test(text))
    throw new RangeError(`--strategies "${text}" must be a whole number from 1`);
  const { profile } = values;
  return { names, strategies: text === undefined ? undefined : Number(text), profile };
}

const { names, strategies, profile } = readArguments();
profileInto(profile ?? null);
const services = await startServices();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void services.stop().finally(() => process.exit(1)));
process.env['REDIS_URL'] = services.redisUrl;
process.env['DATABASE_URL'] = services.databaseUrl;
try {
  for (const name of names) {
    const scenario = SCENARIOS[name];
    if (scenario !== undefined) await scenario.run(strategies ?? scenario.strategies);
  }
} finally {
  await services.stop();
}
