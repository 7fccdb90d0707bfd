import { createLogger, NO_COUNTERS } from '@gridfleet/shared/infra';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StrategyGauges } from '../metrics/strategy-gauges.js';
import { StatusReporter } from './status-reporter.js';
import type { StatusWriter } from './status-writer.js';

const NODE = { name: 'a', ip: '10.0.0.1', hostname: 'a' };

function reporter(): { status: StatusReporter; written: Record<string, string>[] } {
  const written: Record<string, string>[] = [];
  const writer = { write: async (_key: string, fields: Record<string, string>) => void written.push(fields) };
  const log = createLogger('test', 'fatal');
  const gauges = new StrategyGauges(NO_COUNTERS, 1);
  const status = new StatusReporter(
    writer as unknown as StatusWriter,
    NODE,
    1,
    2,
    () => undefined,
    log,
    gauges,
  );
  return { status, written };
}

describe('the live status of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is written at once, and then once a second however often it changes', async () => {
    const { status, written } = reporter();
    await vi.advanceTimersByTimeAsync(5_000);
    for (let ms = 0; ms < 2_900; ms += 100) {
      status.touch(0);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(written).toHaveLength(3);
  });

  it('shows figures less often on a full node, but a new state within a second', async () => {
    const { status, written } = reporter();
    await vi.advanceTimersByTimeAsync(5_000);
    status.touch(4_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toHaveLength(1);
    status.touch(4_000);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(written).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(written).toHaveLength(2);
    status.touch(4_000);
    status.report('stopping', { code: 'STOP_REQUESTED', message: 'x' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written[2]).toMatchObject({ status: 'stopping' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toHaveLength(3);
  });
});
