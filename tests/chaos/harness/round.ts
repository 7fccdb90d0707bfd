import { setTimeout as delay } from 'node:timers/promises';
import { violationsOf } from '../../faults/harness/books.js';
import type { Draw } from '../../faults/harness/fault.js';
import { waitUntil } from '../../harness/wait.js';
import type { Arena } from './arena.js';
import { anyNode, DISASTERS, type Disaster } from './disasters.js';
import { killNode } from './take-over.js';

/** What one round does to the fleet. */
export interface RoundPlan {
  kills: boolean;
  disaster: Disaster | null;
}

export interface RoundReport {
  what: string;
  kills: number;
  /** Of kills that happened alone: what else was broken at the time would be measured with them. */
  takeOverMs: number[];
  /** How often a run changed hands: each time it was not traded for a moment. */
  gaps: number;
  fills: number;
  violations: string[];
}

/** Fewer fills than this in a round prove nothing. */
export const LEAST_FILLS = 10;
const TRADES_AGAIN_MS = 90_000;
const QUIET_MS = 90_000;

/** Rounds go through all disasters in an order of the seed's; kills come alone, with another disaster, or not. */
export function plansOf(rounds: number, draw: Draw): RoundPlan[] {
  const plans: RoundPlan[] = [];
  let deck: RoundPlan[] = [];
  while (plans.length < rounds) {
    if (deck.length === 0) {
      deck = DISASTERS.map((disaster) => ({ kills: draw(0, 2) === 0, disaster }));
      // As many kills alone as make half of the rounds.
      deck.push(...DISASTERS.slice(0, DISASTERS.length / 2).map(() => ({ kills: true, disaster: null })));
    }
    const isFirst = plans.length === 0;
    const place = isFirst ? deck.length - 1 : draw(0, deck.length - 1);
    plans.push(...deck.splice(place, 1));
  }
  return plans;
}

async function totalFills(arena: Arena): Promise<Map<number, number>> {
  const counts = await Promise.all(arena.grids.map((grid) => grid.fills()));
  return new Map(arena.grids.map((grid, place) => [grid.id, counts[place] ?? 0]));
}

const sumOf = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);

async function haveDisaster(arena: Arena, { kills, disaster }: RoundPlan, draw: Draw): Promise<number[]> {
  await delay(draw(0, 1_500));
  const going = disaster?.happen(arena, draw) ?? Promise.resolve();
  if (!kills) {
    await going;
    return [];
  }
  await delay(disaster === null ? 0 : draw(0, 4_000));
  // Chosen now: a deploy may have replaced those of a moment ago.
  const victim = await anyNode(arena, draw);
  const [taken] = await Promise.all([killNode(arena, victim), going]);
  return disaster === null ? taken : [];
}

/** One round: a disaster under load, recovery, and a look at everything while the markets stand still. */
export async function playRound(arena: Arena, plan: RoundPlan, draw: Draw): Promise<RoundReport> {
  const name = [plan.kills ? 'kill -9' : null, plan.disaster?.name].filter(Boolean).join(', ');
  const violations: string[] = [];
  const [before, held] = [await totalFills(arena), await arena.holdings()];
  let takeOverMs: number[] = [];
  const alive = arena.nodes.length;
  try {
    takeOverMs = await haveDisaster(arena, plan, draw);
  } catch (error) {
    violations.push(`idle: ${String(error)}`);
  }
  const dead = arena.nodes.filter(({ process }) => process.exitCode() === -1).length;
  await arena.refill();
  await tradesAgain(arena, before, violations);
  await booksAgree(arena, violations);
  const fences = new Map((await arena.holdings()).map(({ strategyId, fence }) => [strategyId, fence]));
  const fills = sumOf((await totalFills(arena)).values()) - sumOf(before.values());
  if (fills < LEAST_FILLS) violations.push(`idle: only ${fills} fills in a round`);
  if (plan.kills && dead === 0) violations.push(`idle: none of ${alive} nodes was killed`);
  return {
    what: name,
    kills: dead,
    takeOverMs,
    gaps: sumOf(held.map(({ strategyId, fence }) => (fences.get(strategyId) ?? fence) - fence)),
    fills,
    violations,
  };
}

/** Every strategy trades: each has a fill that it had not when the world was whole again, and the round has enough. */
async function tradesAgain(
  arena: Arena,
  before: ReadonlyMap<number, number>,
  violations: string[],
): Promise<void> {
  const healed = await totalFills(arena);
  let idle: number[] = [];
  await waitUntil(
    async () => {
      const now = await totalFills(arena);
      idle = [...now].filter(([id, fills]) => fills <= (healed.get(id) ?? 0)).map(([id]) => id);
      return idle.length === 0 && sumOf(now.values()) - sumOf(before.values()) >= LEAST_FILLS;
    },
    { timeoutMs: TRADES_AGAIN_MS, what: 'every strategy to trade', everyMs: 200 },
  ).catch(async (error: unknown) => {
    const states = (await arena.holdings()).map((held) => JSON.stringify(held)).join(' ');
    violations.push(`idle: strategies ${idle.join(', ')} do not trade: ${String(error)}; ${states}`);
  });
}

/** With the markets held, waits until nothing is wrong any more; what still is then is a violation. */
async function booksAgree(arena: Arena, violations: string[]): Promise<void> {
  await arena.simulator.pause(true);
  const deadline = performance.now() + QUIET_MS;
  await Promise.all(
    arena.grids.map(async (grid) => {
      let wrong: string[] = [];
      await waitUntil(
        async () => {
          wrong = await violationsOf(grid);
          return wrong.length === 0 || performance.now() >= deadline;
        },
        { timeoutMs: QUIET_MS + 10_000, what: `the books of ${grid.market.name} to be read`, everyMs: 300 },
      ).catch((error: unknown) => (wrong = [`unreadable: ${String(error)}`]));
      violations.push(...wrong);
    }),
  );
  await arena.simulator.pause(false);
}
