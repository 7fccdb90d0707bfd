import { beforeEach, describe, expect, it } from 'vitest';
import { NodeAdmission, type NodeRoom } from './node-admission.js';

let now = 0;
let admission: NodeAdmission;
const room = (change: Partial<NodeRoom> = {}): NodeRoom => ({
  capacity: 10,
  running: 3,
  hostedOfQueue: 3,
  utilisation: 0.2,
  share: { admitBelow: 5, shedAbove: 5, shedTo: 4 },
  ...change,
});

beforeEach(() => {
  now = 0;
  admission = new NodeAdmission(() => now);
});

describe('a node that is offered a run', () => {
  it('takes it within its share', () => {
    expect(admission.judge('run-1', room())).toEqual({ take: true, isForced: false });
  });

  it('refuses it when it is full or its event loop is busy, however long it waits', () => {
    for (now = 0; now < 60_000; now += 1_000) {
      expect(admission.judge('run-1', room({ running: 10 }))).toEqual({ take: false, why: 'full' });
      expect(admission.judge('run-1', room({ utilisation: 0.71 }))).toEqual({ take: false, why: 'busy' });
    }
  });

  it('leaves it to the others beyond its share, and takes it when they do not for five seconds', () => {
    const beyond = room({ hostedOfQueue: 5 });
    expect(admission.judge('run-1', beyond)).toEqual({ take: false, why: 'share' });
    now = 4_999;
    expect(admission.judge('run-1', beyond)).toEqual({ take: false, why: 'share' });
    now = 5_000;
    expect(admission.judge('run-1', beyond)).toEqual({ take: true, isForced: true });
    expect(admission.judge('run-1', beyond)).toEqual({ take: false, why: 'share' });
  });

  it('does not take back at once what it gave away', () => {
    admission.gave('run-1');
    expect(admission.judge('run-1', room())).toEqual({ take: false, why: 'share' });
    expect(admission.judge('run-2', room())).toMatchObject({ take: true });
    now = 5_000;
    expect(admission.judge('run-1', room())).toEqual({ take: true, isForced: false });
  });
});
