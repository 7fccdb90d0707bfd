import { describe, expect, it } from 'vitest';
import type { SystemHealth } from '../api/system.js';
import { limitOf, troubles } from './health.js';

const venue = (change: object = {}) => ({
  scope: 'binance:live',
  clockOffsetMs: 3,
  clockProblem: null,
  weightWindow: '1m',
  weightLimit: 6000,
  ...change,
});
const health = (change: Partial<SystemHealth> = {}): SystemHealth => ({
  status: 'ok',
  version: '1',
  checks: { mysql: true, redis: true, workers: 1 },
  redisLatencyMs: 0.2,
  queues: [],
  nodes: [{ name: 'node-1', health: { venues: [venue()], feeds: 2, stale: 0 } }],
  budgets: [],
  gates: [],
  ...change,
});
const budget = (change: object = {}) => ({
  scope: 'binance:live',
  owner: '10.0.0.1',
  accountId: null,
  what: 'weight',
  window: '1m',
  used: 12,
  ...change,
});

describe('limitOf', () => {
  it('is what a node says of the same exchange and window', () => {
    expect(limitOf(budget(), health().nodes)).toBe(6000);
    expect(limitOf(budget({ scope: 'binance:testnet' }), health().nodes)).toBeNull();
    expect(limitOf(budget({ what: 'orders' }), health().nodes)).toBeNull();
  });
});

describe('troubles', () => {
  it('is none while everything answers', () => {
    expect(troubles(health())).toBe(0);
  });

  it('counts what does not answer, silent nodes, unsafe clocks and closed gates', () => {
    expect(troubles(health({ checks: { mysql: true, redis: false, workers: 0 } }))).toBe(2);
    const node = { venues: [venue({ clockProblem: 'ahead' })], feeds: 3, stale: 2 };
    const gate = { scope: 'binance:live', owner: '10.0.0.1', accountId: null, reason: 'R', opensInMs: 5 };
    expect(troubles(health({ nodes: [{ name: 'n', health: node }], gates: [gate] }))).toBe(3);
  });
});
