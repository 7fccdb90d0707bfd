import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arena } from './chaos/harness/arena.js';
import { DISASTERS } from './chaos/harness/disasters.js';
import { playRound, type RoundPlan } from './chaos/harness/round.js';
import { drawFrom } from './faults/harness/fault.js';

/** The short form of `npm run chaos`: a death alone, and one while another node is cut off. */
const SEED = 7;
const CUT_OFF = DISASTERS.find(
  ({ name }) => name === 'a node loses Redis and MySQL, and reaches the exchange',
);
/** A slow machine needs longer than the seconds a fast one takes, ms. */
const OPEN_MS = 240_000;
const ROUNDS: RoundPlan[] = [
  { kills: true, disaster: null },
  { kills: false, disaster: CUT_OFF ?? null },
];

let arena: Arena;

beforeAll(async () => {
  arena = await Arena.open();
}, OPEN_MS);

afterAll(() => arena.close());

describe('a fleet in trouble', () => {
  const draw = drawFrom(SEED);

  it.each(ROUNDS.map((plan) => ({ plan, title: plan.disaster?.name ?? 'a node is killed' })))(
    '$title: no order is lost or doubled, and every strategy trades on',
    async ({ plan }) => {
      const { kills, fills, gaps, violations } = await playRound(arena, plan, draw);
      expect(violations).toEqual([]);
      expect(kills).toBe(plan.kills ? 1 : 0);
      expect(gaps).toBeGreaterThan(0);
      expect(fills).toBeGreaterThanOrEqual(10);
    },
  );
});
