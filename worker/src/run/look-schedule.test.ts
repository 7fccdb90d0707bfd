import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveOrder } from './live-order.js';
import { orderRow } from '../testing/order-row.js';
import { LookSchedule } from './look-schedule.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets seconds pass, a round of the loop in each. @returns at which of them a look began */
async function rounds(schedule: LookSchedule, looks: number[], seconds: number): Promise<number[]> {
  looks.length = 0;
  for (let second = 1; second <= seconds; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    const before = looks.length;
    schedule.run();
    await vi.advanceTimersByTimeAsync(0);
    if (looks.length > before) looks[looks.length - 1] = second;
  }
  return [...looks];
}

function scheduled(
  options: { wait?: number | (() => number); live?: number; fails?: boolean; phase?: number } = {},
) {
  const looks: number[] = [];
  const failures: unknown[] = [];
  const schedule = new LookSchedule({
    times: { inspectMs: 15_000, retryMs: 1_000 },
    phase: options.phase ?? 0,
    session: {
      liveOrders: () => Array.from({ length: options.live ?? 1 }, () => liveOrder(orderRow({}), [])),
      inspect: () => {
        looks.push(0);
        return options.fails === true ? Promise.reject(new Error('503')) : Promise.resolve();
      },
    },
    share: () => {
      const { wait = 0 } = options;
      return Promise.resolve(typeof wait === 'number' ? wait : wait());
    },
    failed: (error) => failures.push(error),
  });
  return { schedule, looks, failures };
}

describe('looks at the venue', () => {
  it('come every 15 s with live orders, and every minute without', async () => {
    const busy = scheduled();
    expect(await rounds(busy.schedule, busy.looks, 61)).toEqual([15, 30, 45, 60]);
    const calm = scheduled({ live: 0 });
    // It begins at second 61, and the next turn of its phase is at 75.
    expect(await rounds(calm.schedule, calm.looks, 80)).toEqual([14, 74]);
  });

  it('come together for strategies of one account, whenever they were opened, and apart for others', async () => {
    const [first, other] = [scheduled({ phase: 7 }), scheduled({ phase: 8 })];
    const early = await rounds(first.schedule, first.looks, 4);
    const late = scheduled({ phase: 7 });
    const seconds: Record<string, number[]> = { first: [], late: [], other: [] };
    for (let second = 5; second <= 40; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      for (const [name, { schedule, looks }] of Object.entries({ first, late, other })) {
        const before = looks.length;
        schedule.run();
        await vi.advanceTimersByTimeAsync(0);
        if (looks.length > before) seconds[name]?.push(second);
      }
    }
    expect(early).toEqual([]);
    expect(seconds['first']?.length).toBeGreaterThanOrEqual(2);
    expect(seconds['late']).toEqual(seconds['first']);
    expect(seconds['other']).not.toEqual(seconds['first']);
  });

  it('wait while their share of the request weight is used up', async () => {
    const { schedule, looks } = scheduled({ wait: 40_000 });
    expect(await rounds(schedule, looks, 120)).toEqual([]);
  });

  it('come less often where there was no share left, in their own turns, and more often again when there is', async () => {
    const waits = [7_000, 7_000];
    const { schedule, looks } = scheduled({ wait: () => waits.shift() ?? 0 });
    // Asked at 15 and 30 in vain; then the next is four intervals later, three, two, one.
    expect(await rounds(schedule, looks, 260)).toEqual([45, 105, 150, 180, 195, 210, 225, 240, 255]);
  });

  it('do not wait when something calls for one', async () => {
    const { schedule, looks } = scheduled({ wait: 40_000 });
    schedule.within(500);
    expect(await rounds(schedule, looks, 10)).toEqual([1]);
  });

  it('do not wait when something calls for one while they ask for their share', async () => {
    const { schedule, looks } = scheduled({
      wait: () => {
        schedule.within(0);
        return 40_000;
      },
    });
    expect(await rounds(schedule, looks, 20)).toEqual([16]);
  });

  it('are tried again soon when they fail, and their failure is told', async () => {
    const { schedule, looks, failures } = scheduled({ fails: true });
    expect(await rounds(schedule, looks, 18)).toEqual([15, 16, 17, 18]);
    expect(failures).toHaveLength(4);
  });
});
