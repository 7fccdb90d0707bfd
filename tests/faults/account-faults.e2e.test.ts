import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_FAULTS } from './harness/event-faults.js';
import type { Fault } from './harness/fault.js';
import { Lab } from './harness/lab.js';
import { MARKET_FAULTS } from './harness/market-faults.js';
import { REQUEST_FAULTS } from './harness/request-faults.js';
import { runWave, type RunReport, type WaveOptions } from './harness/wave.js';

const SEED = 5;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

/** Faults that do not meet one another happen at the same time, each to a grid of its own. */
function suite(title: string, faults: readonly Fault[], beyond: WaveOptions['beyond'] = null): void {
  describe(title, () => {
    let reports: RunReport[];

    beforeAll(async () => {
      reports = await runWave(
        lab,
        faults.map((fault) => ({ faults: [fault], seed: SEED })),
        { beyond },
      );
    }, 900_000);

    it.each(faults.map((fault, place) => ({ ...fault, place })))(
      '$id, $title: no order is lost or doubled, every book agrees',
      ({ place }) => {
        const report = reports[place];
        expect(report?.violations).toEqual([]);
        expect(report?.injected).toBeGreaterThan(0);
        expect(report?.fills).toBeGreaterThanOrEqual(10);
      },
    );
  });
}

// Six or seven grids at once leave two processor cores something to spare.
suite('placements that go wrong', REQUEST_FAULTS.slice(0, 6), 'frozen');
suite('other requests that go wrong', REQUEST_FAULTS.slice(6));
suite('events that come oddly', EVENT_FAULTS, 'killed');
suite('markets and owners that change their mind', MARKET_FAULTS);

describe('all of them together', () => {
  it('have orders that never arrived known as never sent, and leave no failure unhandled', async () => {
    const [row] = await lab.platform.rows.query<{ n: string }[]>(
      "SELECT COUNT(*) AS n FROM orders WHERE state = 'never-sent'",
    );
    expect(Number(row?.n)).toBeGreaterThan(0);
    expect(lab.platform.output()).not.toContain('unhandled rejection');
  });
});
