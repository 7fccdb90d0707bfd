import type { Clock } from '../clock.js';
import { RateLimits, type VenueLimits } from '../venue/limits.js';
import type { FuturesTuning } from './futures-venue.js';

const MINUTE = 60_000;

/** The limits of a futures venue: weight by the minute, orders by 10 s and by the minute. */
export function futuresLimits(
  clock: Clock,
  { weightPerMinute, ordersPer10s, ordersPerMinute }: FuturesTuning,
  bans: Pick<VenueLimits, 'firstBan' | 'longestBan'>,
): RateLimits {
  return new RateLimits(
    clock,
    { ...bans, weightPerMinute, ordersPer10s, ordersPerDay: ordersPerMinute },
    { length: MINUTE, limit: ordersPerMinute, header: '1M', interval: '1 MINUTE' },
  );
}
