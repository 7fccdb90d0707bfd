import { beforeEach, describe, expect, it } from 'vitest';
import { NodeAdmission, type NodeRoom } from './node-admission.js';

let now = 0;
let admission: NodeAdmission;
const room = (change: Partial<NodeRoom> = {}): NodeRoom => ({
  capacity: 10,
  running: 3,
  hostedOfQueue: 3,
  utilisation: 0.2,
  lagMs: 20,
  opening: 0,
  wasTraded: false,
  hasTaker: false,
  share: { admitBelow: 5, shedAbove: 5, shedTo: 4 },
  ...change,
});

/** It is left to others for so long, and then taken out of turn. */
function expectTakenAfter(left: NodeRoom, ms: number): void {
  for (now of [0, ms - 1]) expect(admission.judge('run-1', left)).toEqual({ take: false, why: 'busy' });
  now = ms;
  expect(admission.judge('run-1', left)).toEqual({ take: true, isForced: true });
}

const begins = { wasTraded: false, hasTaker: false };

beforeEach(() => {
  now = 0;
  admission = new NodeAdmission(() => now);
});

describe('a node that is offered a run', () => {
  it('takes it within its share', () => {
    expect(admission.judge('run-1', room())).toEqual({ take: true, isForced: false });
  });

  it('refuses it when it is full, or lags too far for one that begins, however long it waits', () => {
    for (now = 0; now < 60_000; now += 1_000) {
      expect(admission.judge('run-1', room({ running: 10 }))).toEqual({ take: false, why: 'full' });
      expect(admission.judge('run-2', room({ utilisation: 0.91, lagMs: 1_001 }))).toEqual({
        take: false,
        why: 'busy',
      });
    }
  });

  it('leaves it to the others while it is busy and one of them has time, but not for more than ten seconds', () => {
    expectTakenAfter(room({ utilisation: 0.8, hasTaker: true }), 10_000);
  });

  it('takes it when it is busy and nobody else has time, a few at once', () => {
    const busy = room({ utilisation: 1, lagMs: 500 });
    expect(admission.judge('run-1', { ...busy, opening: 7 })).toEqual({ take: true, isForced: false });
    expect(admission.judge('run-2', { ...busy, opening: 8 })).toEqual({ take: false, why: 'busy' });
  });

  it('takes it after ten seconds when it is busy and lags, one run in a second', () => {
    const busy = room({ utilisation: 0.99, lagMs: 1_000 });
    const ask = (): boolean[] => ['run-1', 'run-2'].map((id) => admission.judge(id, busy).take);
    for (now = 0; now < 10_000; now += 1_000) expect(ask()).toEqual([false, false]);
    expect(ask()).toEqual([true, false]);
    now = 10_999;
    expect(admission.judge('run-2', busy).take).toBe(false);
    now = 11_000;
    expect(admission.judge('run-2', busy)).toEqual({ take: true, isForced: false });
  });

  it('takes what another node has traded at once when nobody else has time, however busy it is', () => {
    const left = room({ utilisation: 1, lagMs: 900, wasTraded: true });
    for (const id of ['run-1', 'run-2', 'run-3'])
      expect(admission.judge(id, left)).toEqual({ take: true, isForced: false });
  });

  it('leaves what was traded to a node that has time, and takes it when that one has not for five seconds', () => {
    expectTakenAfter(room({ utilisation: 0.8, wasTraded: true, hasTaker: true }), 5_000);
  });

  it('does not take even that while its event loop lags so far that it could lose its own', () => {
    const left = room({ utilisation: 1, lagMs: 1_001, wasTraded: true });
    expect(admission.judge('run-1', left)).toEqual({ take: false, why: 'busy' });
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

  it('has runs that find no time offered again the later, the more wait; soon where others have time', () => {
    expect(admission.againInMs('run-1', begins)).toBe(1_000);
    for (let id = 2; id <= 500; id += 1) admission.againInMs(`run-${id}`, begins);
    expect(admission.againInMs('run-1', begins)).toBe(5_000);
    expect(admission.againInMs('run-1', { ...begins, wasTraded: true })).toBe(1_000);
    expect(admission.againInMs('run-1', { ...begins, hasTaker: true })).toBe(1_000);
    for (let id = 501; id <= 5_000; id += 1) admission.againInMs(`run-${id}`, begins);
    expect(admission.againInMs('run-1', begins)).toBe(15_000);
  });

  it('counts neither those it has taken nor those that are not offered any more', () => {
    for (let id = 1; id <= 300; id += 1) admission.againInMs(`run-${id}`, begins);
    for (let id = 1; id <= 100; id += 1) admission.judge(`run-${id}`, room());
    expect(admission.againInMs('run-300', begins)).toBe(2_000);
    now = 31_000;
    expect(admission.againInMs('new', begins)).toBe(1_000);
  });
});
