import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShare, type Member } from './fair-share.js';

const node = (change: Partial<Member> = {}): Member => ({
  capacity: 100,
  hosted: 0,
  others: 0,
  accepts: true,
  leaving: false,
  ...change,
});

describe('the share of a node', () => {
  it('is everything when no other node takes runs', () => {
    expect(fairShare(node(), [], 1_000).admitBelow).toBe(Infinity);
    expect(fairShare(node(), [node({ accepts: false, leaving: true })], 1_000).shedAbove).toBe(Infinity);
  });

  it('is half of the runs once a second node has joined', () => {
    const share = fairShare(node({ hosted: 10 }), [node()], 10);
    expect(share).toEqual({ admitBelow: 6, shedAbove: 6, shedTo: 5 });
  });

  it('follows capacity and what else a node hosts', () => {
    expect(fairShare(node({ capacity: 300 }), [node()], 40).shedTo).toBe(30);
    expect(fairShare(node({ others: 20 }), [node()], 20).shedTo).toBe(0);
    expect(fairShare(node(), [node({ others: 20 })], 20).shedTo).toBe(20);
  });

  it('leaves out what a busy node keeps, and counts what a leaving one gives', () => {
    const busy = node({ hosted: 10, accepts: false });
    expect(fairShare(node(), [node(), busy], 30).shedTo).toBe(10);
    expect(fairShare(node(), [node(), { ...busy, leaving: true }], 30).shedTo).toBe(15);
  });

  it('never leaves a run without a node that would take it', () => {
    const members = fc.array(
      fc.record({ capacity: fc.integer({ min: 1, max: 500 }), others: fc.integer({ min: 0, max: 200 }) }),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 2_000 }), (raw, total) => {
        const nodes = raw.map((each) => node(each));
        const shares = nodes.map((self) =>
          fairShare(
            self,
            nodes.filter((peer) => peer !== self),
            total,
          ),
        );
        const room = shares.reduce((sum, { shedTo }) => sum + shedTo, 0);
        expect(room).toBeGreaterThanOrEqual(total);
        for (const { admitBelow, shedAbove, shedTo } of shares) {
          expect(shedAbove).toBeGreaterThanOrEqual(shedTo);
          expect(admitBelow).toBeGreaterThan(shedTo);
        }
      }),
    );
  });
});
