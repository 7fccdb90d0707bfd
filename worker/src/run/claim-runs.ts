import { In, type EntityManager } from 'typeorm';
import {
  RunRowEntity,
  StrategyRowEntity,
  appendNotices,
  strategyNotice,
  type RunRow,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import type { RunState } from '@gridfleet/shared/schema';
import { isGivenUp } from './batch.js';
import { loadRuns, type LoadedRun, type RaisedRun } from './load-run.js';
import { endRun } from './run-end.js';

export const FINAL_RUN_STATES: ReadonlySet<RunState> = new Set(['stopped', 'failed']);

/** A run that a node wants to make its own. */
export interface ClaimWish {
  strategyId: number;
  runId: number;
  node: string;
}

export type Claim = { claimed: true; loaded: LoadedRun } | { claimed: false; reason: string };

/** `locked`: somebody works on the strategy at the moment. An Error stands for a run that cannot be read. */
export type ClaimAnswer = Claim | 'locked' | Error;

/** Does work in a database transaction, within a deadline. */
export type Transact = <T>(work: (manager: EntityManager) => Promise<T>) => Promise<T>;

/** Wishes in batches that fit into one transaction each: of one node, no strategy twice. */
function compatible(wishes: readonly ClaimWish[]): ClaimWish[][] {
  const batches: ClaimWish[][] = [];
  for (const wish of wishes) {
    const fitting = batches.find((batch) =>
      batch.every((other) => other.node === wish.node && other.strategyId !== wish.strategyId),
    );
    if (fitting === undefined) batches.push([wish]);
    else fitting.push(wish);
  }
  return batches;
}

function refusalOf(
  wish: ClaimWish,
  strategy: StrategyRow | undefined,
  run: RunRow | undefined,
): string | null {
  if (strategy === undefined || run === undefined) return 'the run does not exist';
  if (FINAL_RUN_STATES.has(run.state)) return `the run is ${run.state}`;
  return strategy.currentRunId === wish.runId ? null : 'a newer run has taken over';
}

async function lockStrategies(
  manager: EntityManager,
  ids: readonly number[],
  waits: boolean,
): Promise<Map<number, StrategyRow>> {
  const rows = await manager.getRepository(StrategyRowEntity).find({
    where: { id: In([...ids]) },
    order: { id: 'ASC' },
    lock: waits ? { mode: 'pessimistic_write' } : { mode: 'pessimistic_write', onLocked: 'skip_locked' },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Raises the fences of what one node takes: from the commit on no earlier owner can write. */
async function raise(
  manager: EntityManager,
  node: string,
  taken: readonly { strategy: StrategyRow; run: RunRow }[],
): Promise<RaisedRun[]> {
  if (taken.length === 0) return [];
  // By key and without a join: whatever else is looked at would be locked, and may be somebody else's.
  await manager.query('UPDATE strategy FORCE INDEX (PRIMARY) SET fence = fence + 1 WHERE id IN (?)', [
    taken.map(({ strategy }) => strategy.id),
  ]);
  const fences = taken.map(({ strategy, run }) => [run.id, Number(strategy.fence) + 1]);
  await manager.query(
    `UPDATE run FORCE INDEX (PRIMARY)
        SET state = 'recovering', node = ?, fence = CASE id ${'WHEN ? THEN ? '.repeat(fences.length)} END,
            started_at = COALESCE(started_at, UTC_TIMESTAMP(3)), reason_code = NULL, reason_message = NULL
      WHERE id IN (?)`,
    [node, ...fences.flat(), fences.map(([id]) => id)],
  );
  const first = taken.filter(({ run }) => run.startedAt === null);
  const notices = first.map(({ strategy }) => strategyNotice('run-started', strategy.id, null, node));
  await appendNotices(manager, notices);
  return taken.map(({ strategy, run }) => ({
    strategy,
    run: { ...run, state: 'recovering', node },
    fence: Number(strategy.fence) + 1,
  }));
}

/**
 * Claims runs for one node and loads them, in the transaction of `manager`. A node that takes over another's runs asks
 * for many at once; the number of queries does not depend on how many.
 * @param wishes of one node, no strategy twice
 * @param waits whether to wait for a strategy that somebody works on; otherwise it is left out as `locked`
 */
async function claimRuns(
  manager: EntityManager,
  wishes: readonly ClaimWish[],
  waits: boolean,
): Promise<ClaimAnswer[]> {
  const node = wishes[0]?.node ?? '';
  const ids = wishes.map(({ strategyId }) => strategyId);
  const strategies = await lockStrategies(manager, ids, waits);
  const runRows = await manager
    .getRepository(RunRowEntity)
    .findBy({ id: In(wishes.map(({ runId }) => runId)) });
  const runs = new Map(runRows.map((row) => [row.id, row]));
  const taken: { strategy: StrategyRow; run: RunRow }[] = [];
  const refused = new Map<number, ClaimAnswer>();
  for (const wish of wishes) {
    const [strategy, run] = [strategies.get(wish.strategyId), runs.get(wish.runId)];
    const reason = refusalOf(wish, strategy, run);
    // What is missing may only be locked; the one that waits can tell.
    if (strategy === undefined && !waits) refused.set(wish.runId, 'locked');
    else if (reason !== null || strategy === undefined || run === undefined)
      refused.set(wish.runId, { claimed: false, reason: reason ?? 'the run does not exist' });
    else taken.push({ strategy, run });
    if (strategy !== undefined && run !== undefined && strategy.currentRunId !== run.id) {
      if (FINAL_RUN_STATES.has(run.state)) continue;
      const superseded = { code: 'SUPERSEDED', message: 'A newer run of the strategy took over.' };
      await endRun(manager, run.id, 'stopped', superseded);
    }
  }
  const loaded = await loadRuns(manager, await raise(manager, node, taken));
  const byRun = new Map(taken.map(({ run }, place) => [run.id, loaded[place]]));
  return wishes.map(({ runId }) => {
    const own = byRun.get(runId);
    if (own === undefined) return refused.get(runId) ?? new Error(`run ${runId} was not answered`);
    return own instanceof Error ? own : { claimed: true, loaded: own };
  });
}

/** Many claims in one transaction. `locked`: somebody works on the strategy at the moment; see `claimAlone`. */
export async function claimTogether(
  wishes: readonly ClaimWish[],
  transact: Transact,
): Promise<ClaimAnswer[]> {
  const answers = new Map<ClaimWish, ClaimAnswer>();
  for (const batch of compatible(wishes)) {
    const claims = await transact((manager) => claimRuns(manager, batch, false)).catch((error: unknown) => {
      if (isGivenUp(error)) return [];
      throw error;
    });
    batch.forEach((wish, place) => answers.set(wish, claims[place] ?? 'locked'));
  }
  return wishes.map((wish) => answers.get(wish) ?? 'locked');
}

/** One claim in a transaction that waits for whoever works on the strategy. @throws when the run cannot be read */
export async function claimAlone(wish: ClaimWish, transact: Transact): Promise<Claim> {
  const [answer] = await transact((manager) => claimRuns(manager, [wish], true));
  if (answer instanceof Error) throw answer;
  if (answer === undefined || answer === 'locked') throw new Error(`run ${wish.runId} was not claimed`);
  return answer;
}
