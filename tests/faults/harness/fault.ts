import { waitUntil } from '../../harness/wait.js';
import type { GridRun } from './grid-run.js';

/** What a rule is for. */
export type Match = Record<string, string | number>;

/** A rule as `POST /_sim/faults` takes it. */
export interface Rule {
  name?: string;
  match?: Match;
  do: Record<string, unknown>;
}

/** Whole numbers from a range, both ends included, always the same ones for one seed. */
export type Draw = (least: number, most: number) => number;

/** A fault of the catalogue: its rules, and what else belongs to having it. */
export interface Fault {
  /** Its number, e.g. `F7`. */
  id: string;
  title: string;
  /** What it hits: one account, one market, or everybody at the address. */
  hits: 'account' | 'market' | 'address';
  rules: (run: GridRun, draw: Draw) => Rule[];
  /** How long it lasts at least, ms. */
  lastsMs?: number;
  /** The grid cannot trade meanwhile, so it has its ten fills before. */
  stopsTrading?: true;
  /** The market does not move while it lasts. */
  standsStill?: true;
  /** It hits everybody at the address and still leaves other faults something to meet. */
  mixes?: true;
  /** Orders of unknown fate stay so while it lasts, so that the strategy cannot stop. */
  holdsStop?: true;
  /** What its owner does while it lasts. */
  meanwhile?: (run: GridRun) => Promise<void>;
  /** What mends it beside the end of the rules. */
  mend?: (run: GridRun) => Promise<void>;
  /** What must soon be seen while it is there: null when it is, else what is missing. */
  expect?: (run: GridRun) => Promise<string | null>;
}

/** A generator of whole numbers for a seed (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (least, most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const share = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return least + Math.floor(share * (most - least + 1));
  };
}

export const ORDER_PATH = '/api/v3/order';

/** The match of an account's placements. */
export const placements = (run: GridRun, more: Record<string, number> = {}): Match => ({
  method: 'POST',
  path: ORDER_PATH,
  account: run.apiKey,
  ...more,
});

/** A rule may be for the fourth cancel. */
const CANCELED_LEAST = 5;
const RESTING_MS = 20_000;

/** Stops and starts the grid, which cancels and places everything. */
export async function restart(run: GridRun): Promise<void> {
  // Beside a fault that ends the grid's orders there would be nothing to cancel. A grid that may not place them again
  // is restarted all the same: whether the rules met something is judged later.
  await waitUntil(async () => (await run.resting()) >= CANCELED_LEAST, {
    timeoutMs: RESTING_MS,
    what: 'orders to rest',
    everyMs: 300,
  }).catch(() => undefined);
  await run.stop();
  await run.start();
}
