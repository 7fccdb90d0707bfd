import { ADDRESS_FAULTS } from './address-faults.js';
import { EVENT_FAULTS } from './event-faults.js';
import { drawFrom, restart, type Fault } from './fault.js';
import { MARKET_FAULTS } from './market-faults.js';
import { REQUEST_FAULTS } from './request-faults.js';
import type { Plan } from './wave.js';

export const ALL_FAULTS: readonly Fault[] = [
  ...REQUEST_FAULTS,
  ...EVENT_FAULTS,
  ...MARKET_FAULTS,
  ...ADDRESS_FAULTS,
];

const isAlone = (fault: Fault): boolean =>
  fault.stopsTrading === true ||
  fault.standsStill === true ||
  (fault.hits === 'address' && fault.mixes !== true);
/** Whether a fault leaves the others room: none comes twice, and nothing is restarted that cannot stop. */
const goesWith = (fault: Fault, others: readonly Fault[]): boolean =>
  !others.includes(fault) &&
  !others.some(
    (other) =>
      (fault.holdsStop === true && other.meanwhile === restart) ||
      (other.holdsStop === true && fault.meanwhile === restart),
  );
const LEAST_AT_ONCE = 2;
const MOST_AT_ONCE = 4;

/** What happens to the grid of a seed: a mixture of two to four faults that leave each other room, or one that does not. */
export function planOf(seed: number, only?: string): Plan {
  const draw = drawFrom(seed);
  const pool = only === undefined ? ALL_FAULTS : ALL_FAULTS.filter(({ id }) => id === only);
  const take = (from: readonly Fault[]): Fault => {
    const found = from[draw(0, from.length - 1)];
    if (found === undefined) throw new Error(`there is no fault ${only ?? ''}`);
    return found;
  };
  const faults = [take(pool)];
  const most = draw(LEAST_AT_ONCE, MOST_AT_ONCE);
  while (faults.length < most && only === undefined && !faults.some(isAlone)) {
    faults.push(take(ALL_FAULTS.filter((fault) => !isAlone(fault) && goesWith(fault, faults))));
  }
  return { faults, seed };
}

/** Cuts plans into waves: what hits a whole address is a wave of its own. */
export function wavesOf(plans: readonly Plan[], size: number): Plan[][] {
  const waves: Plan[][] = [];
  let open: Plan[] = [];
  for (const plan of plans) {
    if (plan.faults.some((fault) => fault.hits === 'address')) {
      waves.push([plan]);
      continue;
    }
    if (open.length === 0) waves.push(open);
    open.push(plan);
    if (open.length === size) open = [];
  }
  return waves;
}
