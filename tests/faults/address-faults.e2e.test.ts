import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS_FAULTS } from './harness/address-faults.js';
import { Lab } from './harness/lab.js';
import { runWave } from './harness/wave.js';

const SEED = 5;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

describe('faults that hit everybody at one address', () => {
  it.each([...ADDRESS_FAULTS])(
    '$id, $title: no order is lost or doubled, every book agrees',
    async (fault) => {
      const [report] = await runWave(lab, [{ faults: [fault], seed: SEED }], { beyond: false });
      expect(report?.violations).toEqual([]);
      expect(report?.injected).toBeGreaterThan(0);
      expect(report?.fills).toBeGreaterThanOrEqual(10);
    },
  );

  it('F19, a cancel-replace half succeeds: cannot happen, the platform never sends one', async () => {
    const { body } = await lab.simulator.control.get<{ requests: { path: string }[] }>('/_sim/requests');
    expect(body.requests.length).toBeGreaterThan(0);
    expect(body.requests.filter(({ path }) => path.endsWith('/order/cancelReplace'))).toEqual([]);
  });
});
