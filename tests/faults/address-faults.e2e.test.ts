import { beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS_FAULTS } from './harness/address-faults.js';
import type { Fault } from './harness/fault.js';
import { Lab } from './harness/lab.js';
import { runWave, type RunReport } from './harness/wave.js';

const SEED = 5;
/** Each lab is an address of its own, so that faults of two addresses need not wait for one another. */
const LABS = 2;

const reports = new Map<Fault, RunReport | undefined>();
const replaced: string[] = [];

/** One address has one fault after the other, until none is left. */
async function takeTurns(faults: Fault[]): Promise<void> {
  const lab = await Lab.open();
  try {
    for (let fault = faults.shift(); fault !== undefined; fault = faults.shift()) {
      const [report] = await runWave(lab, [{ faults: [fault], seed: SEED }], { beyond: null });
      reports.set(fault, report);
    }
    const requests = await lab.requestsSince(0);
    expect(requests.length).toBeGreaterThan(0);
    replaced.push(
      ...requests.map(({ path }) => path).filter((path) => path.endsWith('/order/cancelReplace')),
    );
  } finally {
    await lab.close();
  }
}

beforeAll(async () => {
  const faults = [...ADDRESS_FAULTS];
  await Promise.all(Array.from({ length: LABS }, () => takeTurns(faults)));
}, 900_000);

describe('faults that hit everybody at one address', () => {
  it.each(ADDRESS_FAULTS.map((fault) => ({ ...fault, fault })))(
    '$id, $title: no order is lost or doubled, every book agrees',
    ({ fault }) => {
      const report = reports.get(fault);
      expect(report?.violations).toEqual([]);
      expect(report?.injected).toBeGreaterThan(0);
      expect(report?.fills).toBeGreaterThanOrEqual(10);
    },
  );

  it('F19, a cancel-replace half succeeds: cannot happen, the platform never sends one', () => {
    expect(reports.size).toBe(ADDRESS_FAULTS.length);
    expect(replaced).toEqual([]);
  });
});
