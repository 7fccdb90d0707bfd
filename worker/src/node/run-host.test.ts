import { WaitingError, type Job } from 'bullmq';
import { createLogger } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import type { EngineEnd } from '../run/engine-types.js';
import { RunHost, type RunHostDeps } from './run-host.js';

const QUEUE = 'runs-node-a';

/** A node with room whose only run ends when it is told to. */
function setUp(): { host: RunHost; opened: () => number; end: (how: EngineEnd) => void } {
  let opened = 0;
  let end: (how: EngineEnd) => void = () => undefined;
  const ended = new Promise<EngineEnd>((resolve) => (end = resolve));
  const deps = {
    leases: {
      acquire: async () => ({ signal: new AbortController().signal, remainingMs: () => 4_000 }),
      release: async () => undefined,
      abort: () => undefined,
    },
    guard: {
      enter: async () => ({ verdict: 'take', placement: {}, accountIds: [] }),
      leave: async () => undefined,
    },
    fitness: { obstacle: async () => null, release: async () => undefined },
    queues: {},
    shares: { takers: () => [] },
    capacity: 10,
    utilisation: () => 0,
    lagMs: () => 0,
    engine: () => {
      opened += 1;
      return { run: () => ended };
    },
    noteWaiting: async () => undefined,
    log: createLogger('test', 'fatal'),
  };
  return { host: new RunHost(deps as unknown as RunHostDeps), opened: () => opened, end };
}

/** An offer of a run's job, and with which tokens it was moved. */
function offer(runId: number): { job: Job; moved: (string | undefined)[] } {
  const moved: (string | undefined)[] = [];
  const note = async (token?: string): Promise<void> => void moved.push(token);
  const job = {
    id: `run-${runId}`,
    data: { strategyId: 1, runId },
    stalledCounter: 0,
    updateData: async () => undefined,
    moveToWait: note,
    moveToDelayed: (_at: number, token?: string) => note(token),
  };
  return { job: job as unknown as Job, moved };
}

describe('a job that is offered again while its run trades here', () => {
  it('stands for the run from then on, which is not opened twice', async () => {
    const { host, opened, end } = setUp();
    const [first, second] = [offer(7), offer(7)];
    const original = host.process(QUEUE, first.job, 'one', undefined);
    const again = host.process(QUEUE, second.job, 'two', undefined);
    await expect.poll(opened).toBe(1);
    end('given-back');
    await expect(original).rejects.toThrow(WaitingError);
    await expect(again).rejects.toThrow(WaitingError);
    expect([first.moved, second.moved]).toEqual([[], ['two']]);
    expect(host.hosted.size).toBe(0);
  });

  it('goes on to wait when it is of another run of the strategy', async () => {
    const { host, opened, end } = setUp();
    const [first, second] = [offer(7), offer(8)];
    const original = host.process(QUEUE, first.job, 'one', undefined);
    await expect(host.process(QUEUE, second.job, 'two', undefined)).rejects.toThrow();
    expect(second.moved).toEqual(['two']);
    await expect.poll(opened).toBe(1);
    end('ended');
    await expect(original).resolves.toBeUndefined();
  });
});
