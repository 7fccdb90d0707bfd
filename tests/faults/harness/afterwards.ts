import { setTimeout as delay } from 'node:timers/promises';
import { setTradingState } from '@gridfleet/shared/infra';
import { waitUntil } from '../../harness/wait.js';
import type { GridRun } from './grid-run.js';
import type { Lab } from './lab.js';
import { changesBetween, snapshotOf, type Snapshot } from './snapshot.js';
import { staleWrites } from './stale-owner.js';

/** A grid whose books agree, and where what is wrong with it is collected. */
export interface Checked {
  run: GridRun;
  violations: string[];
}

/** Times in ms; a slow machine needs more than a fast one. */
const TAKEN_OVER_MS = 150_000;
const LOOKED_MS = 120_000;
/** Complete looks at the exchange that make "once" and "twice". */
const LOOKS = 2;
/** A halt works everywhere within this, ms. */
const EFFECT_MS = 1_000;
/** How long the market walks on after it. */
const HALTED_MS = 2_500;

/**
 * What must hold beside the books, for all grids of a wave that run, while the markets stand still: a node that dies or
 * freezes changes nothing (I9), looking again changes nothing (I10), an owner whose claim is over writes nothing (I7),
 * and a halted platform sends nothing (I8). It ends with the platform halted: see `resume`.
 */
export async function checkAfterwards(
  lab: Lab,
  members: readonly Checked[],
  how: 'killed' | 'frozen',
): Promise<void> {
  const states = await Promise.all(members.map(({ run }) => run.status()));
  const live = members.filter((_, place) => states[place]?.state === 'running');
  if (live.length === 0) return;
  const before = await snapshots(live);
  const fences = await Promise.all(live.map(({ run }) => run.fence()));
  const old = await lab.replaceWorker(how);
  await each(live, async ({ run, violations }, place) => {
    await orViolation(violations, 'I9: nobody took the run over', async () =>
      waitUntil(
        async () => (await run.fence()) > (fences[place] ?? 0) && (await run.status()).state === 'running',
        { timeoutMs: TAKEN_OVER_MS, what: 'the successor to run', everyMs: 300 },
      ),
    );
  });
  await looks(lab, live);
  const once = await compare(live, before, `I9: a node was ${how}, and`);
  old.thaw();
  await looks(lab, live);
  const twice = await compare(live, once, 'I10: looking again, and');
  if (how === 'frozen') await old.kill();
  await each(live, async ({ run, violations }) => {
    violations.push(...(await staleWrites(lab, run)));
  });
  await compare(live, twice, 'I7: an owner whose claim is over wrote, and');
  await halt(lab, live);
}

/** Lets the platform trade again. */
export async function resume(lab: Lab): Promise<void> {
  await setTradingState(lab.platform.rows.manager, { of: 'platform' }, 'ACTIVE', null, 'fault suite');
}

/** I8: while the platform is halted orders fill, and none is placed. */
async function halt(lab: Lab, live: readonly Checked[]): Promise<void> {
  const reason = { code: 'FAULT_SUITE', message: 'Halted by the fault suite.' };
  await setTradingState(lab.platform.rows.manager, { of: 'platform' }, 'HALTED', reason, 'fault suite');
  await delay(EFFECT_MS);
  const effective = Date.now();
  const traded = await fillsOf(live);
  await lab.simulator.pause(false);
  await delay(HALTED_MS);
  await lab.simulator.pause(true);
  if ((await fillsOf(live)) === traded) live[0]?.violations.push('idle: nothing has filled during the halt');
  await each(live, async ({ run, violations }) => {
    const { account } = await run.ledger();
    for (const order of account.orders) {
      if (order.time <= effective || !order.clientOrderId.startsWith('gf')) continue;
      violations.push(`I8: ${order.clientOrderId} came ${order.time - effective} ms after the halt`);
    }
  });
}

async function fillsOf(live: readonly Checked[]): Promise<number> {
  const fills = await each(live, async ({ run }) => (await run.ledger()).account.fills.length);
  return fills.reduce((sum, count) => sum + count, 0);
}

/** I8: cancels leave a halted platform. To be called once the runs have ended. */
export async function checkCanceled({ run, violations }: Checked): Promise<void> {
  // A run that failed could not cancel: its key was revoked, or its market is gone.
  if ((await run.status()).state !== 'stopped') return;
  const { account } = await run.ledger();
  for (const { clientOrderId, status } of account.orders) {
    if (!clientOrderId.startsWith('gf') || (status !== 'NEW' && status !== 'PARTIALLY_FILLED')) continue;
    violations.push(`I8: ${clientOrderId} rests although its strategy was stopped`);
  }
}

/** Waits until each run has looked at everything the exchange has of it, as the exchange sees it. */
async function looks(lab: Lab, live: readonly Checked[]): Promise<void> {
  const since = await lab.lastRequest();
  await each(live, async ({ run, violations }) => {
    await orViolation(violations, 'idle: it did not look at the exchange', async () =>
      waitUntil(
        async () => {
          const seen = (await lab.requestsSince(since)).filter(
            ({ account, path }) => account === run.apiKey && path === '/api/v3/openOrders',
          );
          // The beginning of one more look shows the end of those before.
          return seen.length > LOOKS;
        },
        { timeoutMs: LOOKED_MS, what: 'looks at the exchange', everyMs: 500 },
      ),
    );
  });
}

async function compare(
  live: readonly Checked[],
  before: readonly Snapshot[],
  what: string,
): Promise<Snapshot[]> {
  const after = await snapshots(live);
  for (const [place, { violations }] of live.entries()) {
    const [old, now] = [before[place], after[place]];
    if (old === undefined || now === undefined) continue;
    for (const change of changesBetween(old, now)) violations.push(`${what} ${change}`);
  }
  return after;
}

async function snapshots(live: readonly Checked[]): Promise<Snapshot[]> {
  return each(live, ({ run }) => snapshotOf(run));
}

async function each<T>(
  live: readonly Checked[],
  act: (member: Checked, place: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(live.map(act));
}

async function orViolation(violations: string[], what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    violations.push(`${what}: ${(error as Error).message}`);
  }
}
