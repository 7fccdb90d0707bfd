import { describe, expect, it } from 'vitest';
import type { FleetNode } from './fleet-view.js';
import { waitingReason } from './waiting-reason.js';

const node = (change: Partial<FleetNode> = {}): FleetNode => ({
  name: 'a',
  instanceId: 'i',
  hostname: 'h',
  ip: '127.0.0.1',
  egressIp: '127.0.0.1',
  version: '0',
  roles: 'live',
  labels: null,
  state: 'ready',
  capacity: 10,
  running: 0,
  commonRuns: 0,
  eventLoopUtilisation: 0,
  eventLoopLagMs: 0,
  rssBytes: 1,
  startedAt: '2026-01-31T12:00:00.000Z',
  heartbeatAt: '2026-01-31T12:00:00.000Z',
  ...change,
});
const any = { workerName: null, labels: [] };

describe('a run that no node takes', () => {
  it.each([
    ['no node is alive', any, [], 'NO_NODE'],
    ['its node is not there', { workerName: 'b', labels: [] }, [node()], 'PINNED_NODE_ABSENT'],
    ['its node lacks a label', { workerName: 'a', labels: ['x'] }, [node()], 'PINNED_NODE_ABSENT'],
    ['no node has the label', { workerName: null, labels: ['x'] }, [node()], 'LABELS_ABSENT'],
    [
      'all are full or busy',
      any,
      [node({ state: 'full' }), node({ name: 'b', state: 'busy' })],
      'NO_CAPACITY',
    ],
    ['all are drained', any, [node({ state: 'drained' })], 'NODES_DRAINING'],
    [
      'the one with the label is drained',
      { workerName: null, labels: ['x'] },
      [node(), node({ name: 'b', labels: 'y,x', state: 'draining' })],
      'NODES_DRAINING',
    ],
  ])('says so: %s', (_what, placement, nodes, code) => {
    expect(waitingReason(placement, nodes)?.code).toBe(code);
  });

  it('has no reason to wait when a node takes runs', () => {
    expect(waitingReason(any, [node({ state: 'full' }), node({ name: 'b' })])).toBeNull();
    expect(waitingReason({ workerName: 'b', labels: ['x'] }, [node({ name: 'b', labels: 'x' })])).toBeNull();
  });
});
