import { describe, expect, it } from 'vitest';
import { calmTickMs, TickClock } from './tick-clock.js';

const TIMES = { tickMs: 1_000, controlMs: 5_000 };
const NOW = 1_800_000_000_000;

function clockWith(calmUntil: number | null, calm = 3_000, phase = 0): TickClock {
  return new TickClock({
    times: TIMES,
    phase,
    calmTickMs: () => calm,
    calmUntil: () => calmUntil,
    lookDue: () => Infinity,
  });
}

describe('how often a calm run is looked at', () => {
  it('is each tick on a small node, and at most each fifth on a large one', () => {
    expect(calmTickMs(1_000, 1)).toBe(1_000);
    expect(calmTickMs(1_000, 400)).toBe(1_000);
    expect(calmTickMs(1_000, 1_000)).toBe(2_500);
    expect(calmTickMs(1_000, 10_000)).toBe(5_000);
  });
});

describe('the clock of a run', () => {
  it('ticks each second while something is under way', () => {
    const clock = clockWith(null);
    expect(clock.isTick(100)).toBe(true);
    clock.ticked(100);
    clock.isControlDue(100);
    expect(clock.wait(150, NOW)).toBe(950);
    expect(clock.isTick(1_099)).toBe(false);
    expect(clock.isTick(1_100)).toBe(true);
  });

  it('ticks less often while the run only waits for the price, in turns of its own', () => {
    const clock = clockWith(Infinity);
    clock.ticked(100);
    clock.isControlDue(100);
    expect(clock.wait(150, NOW)).toBe(2_850);
    expect(clock.isTick(2_999)).toBe(false);
    expect(clock.isTick(3_000)).toBe(true);
    clock.ticked(3_000);
    clock.wait(3_000, NOW);
    expect([clock.isTick(5_999), clock.isTick(6_000)]).toEqual([false, true]);
    const other = clockWith(Infinity, 3_000, 1);
    other.ticked(100);
    other.isControlDue(100);
    other.wait(150, NOW);
    expect(other.isTick(1_854)).toBe(false);
    expect(other.isTick(1_855)).toBe(true);
  });

  it('keeps calm runs apart that were held up together', () => {
    const runs = Array.from({ length: 100 }, (_, phase) => clockWith(Infinity, 5_000, phase));
    for (const clock of runs) {
      clock.ticked(10_000);
      clock.isControlDue(10_000);
      clock.wait(10_000, NOW);
    }
    const due = (from: number, to: number): number =>
      runs.filter((clock) => clock.isTick(to) && !clock.isTick(from)).length;
    for (let at = 11_000; at < 15_000; at += 500) expect(due(at, at + 500)).toBeLessThanOrEqual(11);
  });

  it('ticks again each second as soon as something is under way', () => {
    let until: number | null = Infinity;
    const clock = new TickClock({
      times: TIMES,
      phase: 0,
      calmTickMs: () => 3_000,
      calmUntil: () => until,
      lookDue: () => Infinity,
    });
    clock.ticked(100);
    clock.isControlDue(100);
    clock.wait(150, NOW);
    until = null;
    expect(clock.wait(1_500, NOW)).toBe(0);
    expect(clock.isTick(1_500)).toBe(true);
  });

  it('ticks when a time limit of the strategy is reached, but not more than once a second', () => {
    const clock = clockWith(NOW + 1_500);
    clock.ticked(0);
    clock.isControlDue(0);
    expect(clock.wait(0, NOW)).toBe(1_500);
    expect(clock.wait(0, NOW + 1_400)).toBe(1_000);
    expect(clock.wait(1_200, NOW + 9_000)).toBe(0);
  });

  it('wakes a calm run to read its desired state, together with others', () => {
    const clock = clockWith(Infinity, 60_000);
    clock.ticked(130);
    expect(clock.isControlDue(130)).toBe(true);
    expect(clock.wait(130, NOW)).toBe(5_250 - 130);
    expect(clock.isControlDue(5_249)).toBe(false);
    expect(clock.isTick(5_250)).toBe(false);
    expect(clock.isControlDue(5_250)).toBe(true);
  });

  it('reads the desired state at once when it is told that it has changed', () => {
    const clock = clockWith(Infinity);
    clock.ticked(100);
    clock.isControlDue(100);
    clock.controlNow();
    expect(clock.wait(200, NOW)).toBe(0);
    expect(clock.isControlDue(200)).toBe(true);
  });

  it('wakes for a look at the venue, though nothing else is due', () => {
    const clock = new TickClock({
      times: TIMES,
      phase: 0,
      calmTickMs: () => 5_000,
      calmUntil: () => Infinity,
      lookDue: () => 1_700,
    });
    clock.ticked(1_000);
    clock.isControlDue(1_000);
    expect(clock.wait(1_000, NOW)).toBe(700);
    expect(clock.isTick(1_700)).toBe(false);
  });
});
