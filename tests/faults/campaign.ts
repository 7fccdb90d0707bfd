import { parseArgs } from 'node:util';
import { startServices } from '../services.js';
import { ALL_FAULTS, planOf, wavesOf } from './harness/catalogue.js';
import { Lab } from './harness/lab.js';
import { runWave, type Plan, type RunReport } from './harness/wave.js';

/** Grids that trade side by side in one lab. */
const WAVE = 7;
/** Labs at the same time: what two processor cores carry. */
const LABS = '2';
/** A grid that is alone at its address is checked beyond its books for two seeds of so many. */
const CHECKED_ALONE = 8;

interface Wanted {
  seeds: number;
  seed: number;
  only: string | undefined;
  labs: number;
  /** No wave begins later than this after the start, minutes. */
  minutes: number;
}

/** @throws RangeError naming the argument that does not fit. */
function readArguments(): Wanted {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      labs: { type: 'string' },
      minutes: { type: 'string' },
    },
  });
  const whole = (name: 'seeds' | 'seed' | 'labs' | 'minutes', text = '1'): number => {
    if (!/^[1-9]\d{0,8}$/.test(text))
      throw new RangeError(`--${name} "${text}" must be a whole number from 1`);
    return Number(text);
  };
  const { only } = values;
  if (only !== undefined && !ALL_FAULTS.some(({ id }) => id === only)) {
    const known = [...new Set(ALL_FAULTS.map(({ id }) => id))].join(', ');
    throw new RangeError(`--only "${only}" is none of ${known}`);
  }
  const labs = whole('labs', values.labs ?? LABS);
  const minutes = values.minutes === undefined ? Infinity : whole('minutes', values.minutes);
  return { seeds: whole('seeds', values.seeds), seed: whole('seed', values.seed), only, labs, minutes };
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

function tell({ seed, faults, orders, fills, injected, violations }: RunReport): void {
  const figures = `${injected} faults, ${orders} orders, ${fills} fills`;
  print(`seed ${seed} ${faults.join('+')}: ${figures}, ${violations.length} violations`);
  for (const violation of violations) print(`  ${violation}`);
}

/** A wave that could not go on is a violation of each of its seeds. */
function broken(plan: Plan, error: unknown): RunReport {
  const faults = plan.faults.map(({ id }) => id);
  const violations = [`the run broke off: ${String(error)}`];
  return { faults, seed: plan.seed, orders: 0, fills: 0, injected: 0, violations };
}

/** What the labs share: waves to come, what came of the others, and whether to end. */
interface Campaign {
  waves: Plan[][];
  reports: RunReport[];
  /** On the monotonic clock, ms. */
  until: number;
  isAskedToEnd: boolean;
}

/** One lab takes wave after wave until none is left. */
async function labour(campaign: Campaign): Promise<void> {
  const lab = await Lab.open();
  const next = (): Plan[] | undefined =>
    campaign.isAskedToEnd || performance.now() > campaign.until ? undefined : campaign.waves.shift();
  try {
    for (let wave = next(); wave !== undefined; wave = next()) {
      const plans = wave;
      const seed = plans[0]?.seed ?? 0;
      const how = seed % 2 === 0 ? 'killed' : 'frozen';
      const isChecked = plans.length > 1 || seed % CHECKED_ALONE < 2;
      const done = await runWave(lab, plans, { beyond: isChecked ? how : null }).catch((error: unknown) =>
        plans.map((plan) => broken(plan, error)),
      );
      // Ctrl-C reaches the servers and nodes of the lab as well: what went wrong then proves nothing.
      const isCut = ({ violations: found }: RunReport): boolean => campaign.isAskedToEnd && found.length > 0;
      const judged = done.filter((report) => !isCut(report));
      done.forEach(tell);
      for (const { seed: cut } of done.filter(isCut)) print(`seed ${cut} was cut short and does not count`);
      campaign.reports.push(...judged);
    }
  } finally {
    await lab.close();
  }
}

async function run({ seeds, seed, only, labs, minutes }: Wanted): Promise<RunReport[]> {
  const services = await startServices();
  process.env['REDIS_URL'] = services.redisUrl;
  process.env['DATABASE_URL'] = services.databaseUrl;
  try {
    const plans = Array.from({ length: seeds }, (_, place) => planOf(seed + place, only));
    const until = performance.now() + minutes * 60_000;
    const campaign: Campaign = { waves: wavesOf(plans, WAVE), reports: [], until, isAskedToEnd: false };
    // Asked to end, it ends after the waves under way: its servers and nodes must not stay behind.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => (campaign.isAskedToEnd = true));
    const count = Math.min(labs, campaign.waves.length);
    await Promise.all(Array.from({ length: count }, () => labour(campaign)));
    return campaign.reports;
  } finally {
    await services.stop();
  }
}

const wanted = readArguments();
const begun = performance.now();
const reports = await run(wanted);
const seconds = (performance.now() - begun) / 1_000;
const sum = (of: (report: RunReport) => number): number =>
  reports.reduce((total, report) => total + of(report), 0);
const failing = reports.filter((report) => report.violations.length > 0).map((report) => report.seed);
if (failing.length > 0) print(`failing seeds: ${failing.join(', ')}; again: --seeds 1 --seed ${failing[0]}`);
const violations = sum((report) => report.violations.length);
print(
  JSON.stringify({
    runs: reports.length,
    faults: sum((report) => report.injected),
    orders: sum((report) => report.orders),
    fills: sum((report) => report.fills),
    violations,
    seconds: Math.round(seconds),
    // Of the whole: labs and waves trade side by side.
    secondsPerRun: Number((seconds / Math.max(1, reports.length)).toFixed(1)),
  }),
);
process.exitCode = violations === 0 && reports.length > 0 ? 0 : 1;
