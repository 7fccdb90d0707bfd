import { createLogger, type Redis } from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import { describe, expect, it, vi } from 'vitest';
import { EventPublisher } from './event-publisher.js';

/** Redis as far as events need it: what each round trip brought. */
function recorder(): { redis: Redis; trips: number[][] } {
  const trips: number[][] = [];
  const pipeline = (): object => {
    const sent: number[] = [];
    return {
      xadd: (...args: unknown[]) =>
        sent.push((JSON.parse(String(args.at(-1))) as { strategyId: number }).strategyId),
      exec: async () => void trips.push(sent),
    };
  };
  return { redis: { pipeline } as unknown as Redis, trips };
}

const event = (strategyId: number): PlatformEvent =>
  ({ type: 'status', strategyId }) as unknown as PlatformEvent;

describe('events of a node', () => {
  it('leave together and in order when many runs speak at the same time', async () => {
    const { redis, trips } = recorder();
    const publisher = new EventPublisher(redis, createLogger('test', 'fatal'));
    for (const id of [3, 1, 2]) publisher.publish([event(id)]);
    expect(trips).toEqual([]);
    await vi.waitFor(() => expect(trips).toEqual([[3, 1, 2]]));
  });

  it('do not wait when there are many, and leave at once on demand', () => {
    const { redis, trips } = recorder();
    const publisher = new EventPublisher(redis, createLogger('test', 'fatal'));
    publisher.publish(Array.from({ length: 500 }, (_, id) => event(id)));
    expect(trips.map((trip) => trip.length)).toEqual([500]);
    publisher.publish([event(7)]);
    publisher.flush();
    expect(trips.map((trip) => trip.length)).toEqual([500, 1]);
  });

  it('are not sent twice, and an empty list is not sent at all', () => {
    const { redis, trips } = recorder();
    const publisher = new EventPublisher(redis, createLogger('test', 'fatal'));
    publisher.publish([event(1)]);
    publisher.flush();
    publisher.publish([]);
    publisher.flush();
    expect(trips.flat()).toEqual([1]);
  });
});
