import { performance } from 'node:perf_hooks';
import { waitUntil } from '../../harness/wait.js';
import { checkAfterwards, checkCanceled, resume } from './afterwards.js';
import { violationsOf } from './books.js';
import { drawFrom, type Fault, type Rule } from './fault.js';
import { GridRun } from './grid-run.js';
import type { Lab } from './lab.js';
import { LAB_MARKETS, walk } from './market.js';
import { Totals } from './totals.js';

/** What happens to one grid of a wave. */
export interface Plan {
  faults: readonly Fault[];
  seed: number;
}

/** What came of it. */
export interface RunReport {
  faults: string[];
  seed: number;
  orders: number;
  fills: number;
  /** How often a rule did something. */
  injected: number;
  /** Empty when everything held. */
  violations: string[];
}

export interface WaveOptions {
  /** What becomes of the node when what must hold beside the books is looked at; null leaves that out. */
  beyond: 'killed' | 'frozen' | null;
}

/** Fewer fills than this prove nothing. */
export const LEAST_FILLS = 10;
const FIRST_FILLS = 3;
/** Times in ms; a slow machine needs more than a fast one. */
const STEP_MS = 250;
const ARMED_MS = 90_000;
const POSTED_MS = 30_000;
const MATCHED_MS = 90_000;
/** The user sees why a grid does not trade within this. */
const EXPLAINED_MS = 40_000;
const TRADES_AGAIN_MS = 120_000;
const QUIET_MS = 120_000;

interface RuleReport {
  name: string;
  applied: number;
  failed?: string;
}

/** One grid with its faults while the wave goes on. */
class Member {
  readonly violations: string[] = [];
  readonly totals: Totals;
  readonly rules: Rule[];
  injected = 0;

  constructor(
    readonly run: GridRun,
    readonly plan: Plan,
    place: number,
  ) {
    this.totals = new Totals(run);
    const draw = drawFrom(plan.seed);
    this.rules = plan.faults.flatMap((fault) =>
      fault.rules(run, draw).map((rule, index) => ({ ...rule, name: `${place}/${fault.id}/${index}` })),
    );
  }

  get stopsTrading(): boolean {
    return this.plan.faults.some((fault) => fault.stopsTrading === true);
  }

  /** Waits, and takes a time-out for a violation. */
  async until(what: string, timeoutMs: number, look: () => Promise<boolean>): Promise<void> {
    try {
      await waitUntil(look, { timeoutMs, what, everyMs: 300 });
    } catch (error) {
      const { cause } = error as Error;
      const why = cause instanceof Error ? ` (${cause.message})` : '';
      this.violations.push(`idle: ${(error as Error).message}${why}; ${await this.run.says().catch(String)}`);
    }
  }

  async fillsAtLeast(fills: number, timeoutMs: number): Promise<void> {
    await this.until(`${fills} fills`, timeoutMs, async () => {
      await this.totals.look(this.violations);
      return this.totals.fills >= fills;
    });
  }
}

/**
 * Lets grids trade, each with its faults, all at the same time; then mends everything, lets them trade on, holds the
 * markets and compares every book with the exchange's, then what must hold beside the books. At most as many plans as
 * the lab has markets; faults that hit a whole address hit every grid of the wave.
 */
export async function runWave(
  lab: Lab,
  plans: readonly Plan[],
  { beyond }: WaveOptions,
): Promise<RunReport[]> {
  await pause(lab, false);
  const members = await Promise.all(
    plans.map(async (plan, place) => {
      const market = LAB_MARKETS[place];
      if (market === undefined) throw new Error('a wave has no more runs than the lab has markets');
      await walk(lab.simulator, market.symbol, STEP_MS);
      return new Member(await GridRun.open(lab, market), plan, place);
    }),
  );
  try {
    await each(members, (member) => member.run.start());
    await each(members, (member) =>
      member.fillsAtLeast(member.stopsTrading ? LEAST_FILLS : FIRST_FILLS, ARMED_MS),
    );
    await haveFaults(lab, members);
    await each(members, async (member) => {
      for (const fault of member.plan.faults) await fault.mend?.(member.run);
    });
    await each(members, tradesAgain);
    await pause(lab, true);
    await each(members, booksAgree);
    if (beyond !== null) {
      await checkAfterwards(lab, members, beyond);
      await each(members, booksAgree);
    }
    return await each(members, conclude);
  } finally {
    await lab.simulator.control.send('DELETE', '/_sim/faults');
    await pause(lab, false);
    await each(members, async (member) => {
      await member.run.stop().catch((error: unknown) => member.violations.push(`idle: ${String(error)}`));
      await checkCanceled(member);
    });
    await resume(lab);
  }
}

async function each<T>(members: readonly Member[], act: (member: Member) => Promise<T>): Promise<T[]> {
  return Promise.all(members.map(act));
}

async function pause(lab: Lab, paused: boolean): Promise<void> {
  await lab.simulator.pause(paused);
}

/** Posts the rules of all, waits until each has met something and lasted, and ends them. */
async function haveFaults(lab: Lab, members: readonly Member[]): Promise<void> {
  const rules = members.flatMap((member) => member.rules);
  const posted = performance.now();
  const { control } = lab.simulator;
  const seed = members[0]?.plan.seed ?? 1;
  await waitUntil(
    async () => {
      const answer = await control.post('/_sim/faults', { seed, rules });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return true;
    },
    // A gap needs orders in its way: at the end of the range the market has to turn first.
    { timeoutMs: POSTED_MS, what: 'the rules to be accepted', everyMs: 500 },
  );
  const reports = async (place: number): Promise<RuleReport[]> => {
    const { body } = await control.get<{ rules: RuleReport[] }>('/_sim/faults');
    return body.rules.filter((rule) => rule.name.startsWith(`${place}/`));
  };
  await Promise.all(
    members.map(async (member, place) => {
      const { faults } = member.plan;
      await Promise.all(
        faults.map(async (fault) =>
          fault
            .meanwhile?.(member.run)
            .catch((error: unknown) => member.violations.push(`idle: ${fault.id}: ${String(error)}`)),
        ),
      );
      await member.until('every rule to have met something', MATCHED_MS, async () => {
        await member.totals.look(member.violations);
        return (await reports(place)).every((rule) => rule.applied > 0);
      });
      const lasts = Math.max(1_000, ...faults.map((fault) => fault.lastsMs ?? 0));
      await member.until('the fault to last', lasts + MATCHED_MS, () =>
        Promise.resolve(performance.now() - posted >= lasts),
      );
      for (const { id, expect } of faults) {
        if (expect === undefined) continue;
        await member.until(`${id} to be explained`, EXPLAINED_MS, async () => {
          const wrong = await expect(member.run);
          if (wrong !== null) throw new Error(wrong);
          return true;
        });
      }
    }),
  );
  await Promise.all(
    members.map(async (member, place) => {
      for (const rule of await reports(place)) {
        member.injected += rule.applied;
        if (rule.applied === 0) member.violations.push(`idle: rule ${rule.name} met nothing`);
        if (rule.failed !== undefined) member.violations.push(`idle: rule ${rule.name}: ${rule.failed}`);
      }
    }),
  );
  await control.send('DELETE', '/_sim/faults');
}

/** The grid trades on, or every level says why it does not. */
async function tradesAgain(member: Member): Promise<void> {
  await member.totals.look(member.violations);
  const wanted = Math.max(LEAST_FILLS, member.totals.fills + 2);
  await member.until(`${wanted} fills after the fault, or reasons`, TRADES_AGAIN_MS, async () => {
    await member.totals.look(member.violations);
    if (member.totals.fills >= wanted) return true;
    if (!member.stopsTrading || member.totals.fills < LEAST_FILLS) return false;
    const { state, reason } = await member.run.status();
    if (state !== 'running') return reason !== null;
    return (await member.run.levels()).every((level) => level.state !== 'waiting' || level.reason !== null);
  });
}

/** Waits until nothing is wrong any more; what still is then is a violation. */
async function booksAgree({ run, violations }: Member): Promise<void> {
  const deadline = performance.now() + QUIET_MS;
  let wrong: string[] = [];
  await waitUntil(
    async () => {
      wrong = await violationsOf(run);
      return wrong.length === 0 || performance.now() >= deadline;
    },
    { timeoutMs: QUIET_MS + 10_000, what: `the books of ${run.market.name} to be read`, everyMs: 500 },
  );
  violations.push(...wrong);
}

/** What came of a run. Its list of violations may still grow while it is stopped. */
async function conclude(member: Member): Promise<RunReport> {
  const { run, violations, plan } = member;
  await member.totals.look(violations);
  if (member.totals.fills < LEAST_FILLS) violations.push(`idle: only ${member.totals.fills} fills`);
  const { account } = await run.ledger();
  return {
    faults: plan.faults.map((fault) => fault.id),
    seed: plan.seed,
    orders: account.orders.filter((order) => order.clientOrderId.startsWith('gf')).length,
    fills: member.totals.fills,
    injected: member.injected,
    violations,
  };
}
