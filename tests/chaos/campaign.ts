import { parseArgs } from 'node:util';
import { drawFrom } from '../faults/harness/fault.js';
import { startServices } from '../services.js';
import { Arena } from './harness/arena.js';
import { plansOf, playRound, type RoundPlan, type RoundReport } from './harness/round.js';
import { hasFailed, summaryOf } from './harness/summary.js';

/** Rounds before everything is built up anew: books only grow, and each round reads all of them. */
const ROUNDS_OF_AN_ARENA = 20;

/** @throws RangeError naming the argument that does not fit. */
function readArguments(): { rounds: number; seed: number } {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
  const whole = (name: 'rounds' | 'seed', text: string): number => {
    if (!/^[1-9]\d{0,8}$/.test(text))
      throw new RangeError(`--${name} "${text}" must be a whole number from 1`);
    return Number(text);
  };
  return { rounds: whole('rounds', values.rounds ?? '10'), seed: whole('seed', values.seed ?? '1') };
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

async function ordersOf(arena: Arena): Promise<number> {
  const ledgers = await Promise.all(arena.grids.map((grid) => grid.ledger()));
  return ledgers
    .flatMap(({ account }) => account.orders)
    .filter(({ clientOrderId }) => clientOrderId.startsWith('gf')).length;
}

/** A round that could not go on is a violation. */
function broken(plan: RoundPlan, error: unknown): RoundReport {
  const violations = [`the round broke off: ${String(error)}`];
  return { what: plan.disaster?.name ?? 'kill -9', kills: 0, takeOverMs: [], gaps: 0, fills: 0, violations };
}

const { rounds, seed } = readArguments();
const draw = drawFrom(seed);
const plans = plansOf(rounds, draw);
const reports: RoundReport[] = [];
let orders = 0;
// Asked to end, it ends after the round under way: its servers and nodes must not stay behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (plans.length = 0));
const services = await startServices();
process.env['REDIS_URL'] = services.redisUrl;
process.env['DATABASE_URL'] = services.databaseUrl;
try {
  while (plans.length > 0) {
    const arena = await Arena.open();
    try {
      const until = Math.max(0, plans.length - ROUNDS_OF_AN_ARENA);
      while (plans.length > until) {
        const plan = plans.shift();
        if (plan === undefined) break;
        const report = await playRound(arena, plan, draw).catch((error: unknown) => broken(plan, error));
        reports.push(report);
        print(
          `round ${reports.length}: ${report.what}: ${report.fills} fills, ${report.gaps} gaps, ` +
            `take-over ${report.takeOverMs.map(Math.round).join(' ') || '-'} ms, ${report.violations.length} violations`,
        );
        for (const violation of report.violations) print(`  ${violation}`);
      }
      orders += await ordersOf(arena);
    } finally {
      await arena.close();
    }
  }
} finally {
  await services.stop();
}
const summary = summaryOf(reports, orders);
print(JSON.stringify(summary));
process.exitCode = hasFailed(summary) ? 1 : 0;
