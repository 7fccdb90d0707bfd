import { expect, it, vi } from 'vitest';
import { watchOrders, type StreamDeps } from './unified-streams.js';

it('an exchange without private stream is looked at each 5 s, and nothing of it is called a gap', async () => {
  vi.useFakeTimers();
  const gaps: string[] = [];
  const causes: string[] = [];
  const end = new AbortController();
  const deps = { calls: { can: () => false }, times: {} } as unknown as StreamDeps;
  const listener = {
    onReport: () => undefined,
    onGap: (reason: string) => void gaps.push(reason),
    onAccountChange: ({ cause }: { cause: string }) => void causes.push(cause),
  };
  const watching = watchOrders(deps, listener, () => '1', end.signal);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(causes).toEqual(['POLL', 'POLL']);
  expect(gaps).toEqual([]);
  end.abort();
  await watching;
  vi.useRealTimers();
});
