import { describe, expect, it } from 'vitest';
import { CRASH_LIMIT, CRASH_WINDOW_MS, judgeEntry, type RunPast } from './crash-loop.js';

const NOW = 1_790_000_000_000;
const past = (change: Partial<RunPast> = {}): RunPast => ({
  holder: null,
  claimedAt: null,
  crashes: 0,
  retryAt: null,
  ...change,
});

describe('a run that a node wants to take', () => {
  it('is taken when it was given back, however often that was', () => {
    expect(judgeEntry(past({ claimedAt: NOW - 10, crashes: 3 }), 'me', NOW)).toEqual({
      take: true,
      crashes: 3,
    });
  });

  it('is taken again by the process that holds it', () => {
    expect(judgeEntry(past({ holder: 'me', claimedAt: NOW, crashes: 1 }), 'me', NOW)).toEqual({
      take: true,
      crashes: 1,
    });
  });

  it('waits once its nodes die one after another, longer each time', () => {
    let row = past();
    const waits: number[] = [];
    for (let death = 1; death <= CRASH_LIMIT + 8; death += 1) {
      const entry = judgeEntry({ ...row, holder: 'other', claimedAt: NOW - 1_000 }, 'me', NOW);
      row = { ...row, crashes: entry.crashes };
      waits.push(entry.take ? 0 : entry.retryAt - NOW);
    }
    expect(waits.slice(0, CRASH_LIMIT - 1)).toEqual(Array(CRASH_LIMIT - 1).fill(0));
    expect(waits.slice(CRASH_LIMIT - 1, CRASH_LIMIT + 2)).toEqual([5_000, 10_000, 20_000]);
    expect(waits.at(-1)).toBe(300_000);
  });

  it('is not blamed for a node that dies long after it came', () => {
    const entry = judgeEntry(
      past({ holder: 'other', claimedAt: NOW - CRASH_WINDOW_MS - 1, crashes: CRASH_LIMIT }),
      'me',
      NOW,
    );
    expect(entry).toEqual({ take: true, crashes: 1 });
  });

  it('is left alone until its time has come', () => {
    const row = past({ crashes: CRASH_LIMIT, retryAt: NOW + 1 });
    expect(judgeEntry(row, 'me', NOW)).toMatchObject({ take: false, retryAt: NOW + 1, isNew: false });
    expect(judgeEntry(row, 'me', NOW + 1)).toEqual({ take: true, crashes: CRASH_LIMIT });
  });
});
