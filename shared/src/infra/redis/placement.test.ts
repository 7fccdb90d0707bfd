import { describe, expect, it } from 'vitest';
import { isPlacedOn, placementOf, queuesOfNode, runQueueOf, storedLabels } from './placement.js';

const any = { workerName: null, labels: [] };

describe('where a strategy may run', () => {
  it('is any node when it asks for nothing', () => {
    expect(isPlacedOn(any, { name: 'a', labels: [] })).toBe(true);
    expect(runQueueOf(any)).toBe('runs');
  });

  it('is the pinned node alone', () => {
    const pinned = { workerName: 'a', labels: [] };
    expect(isPlacedOn(pinned, { name: 'a', labels: [] })).toBe(true);
    expect(isPlacedOn(pinned, { name: 'b', labels: [] })).toBe(false);
  });

  it('is a node that has every label', () => {
    const placement = { workerName: null, labels: ['region=eu', 'fast'] };
    expect(isPlacedOn(placement, { name: 'a', labels: ['fast', 'region=eu', 'x'] })).toBe(true);
    expect(isPlacedOn(placement, { name: 'a', labels: ['fast'] })).toBe(false);
  });

  it('waits in a queue that each node it may run on takes from', () => {
    const node = { name: 'a', labels: ['region=eu', 'fast'] };
    for (const placement of [
      any,
      { workerName: 'a', labels: ['fast'] },
      { workerName: null, labels: ['region=eu', 'fast'] },
      { workerName: null, labels: ['fast'] },
    ]) {
      expect(isPlacedOn(placement, node)).toBe(true);
      expect(queuesOfNode(node)).toContain(runQueueOf(placement));
    }
    expect(queuesOfNode({ name: 'b', labels: [] })).not.toContain(
      runQueueOf({ workerName: 'a', labels: [] }),
    );
  });

  it('has queue names without a colon, which BullMQ refuses', () => {
    for (const name of queuesOfNode({ name: 'a.b_c-d', labels: ['region=eu'] }))
      expect(name).not.toContain(':');
  });

  it('is stored as one text and read back', () => {
    expect(placementOf({ workerName: null, labels: storedLabels(['b', 'a']) })).toEqual({
      workerName: null,
      labels: ['a', 'b'],
    });
    expect(placementOf({ workerName: 'n', labels: storedLabels([]) })).toEqual({
      workerName: 'n',
      labels: [],
    });
  });
});
