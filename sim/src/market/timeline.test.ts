import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VirtualClock } from '../clock.js';
import type { MarketSource } from './source.js';
import { Timeline } from './timeline.js';

const START = 1_763_740_800_000;

/** A source whose events come at the times given, ms; it notes the clock's time at each. */
function sourceAt(times: readonly number[], clock: VirtualClock, seen: number[]): MarketSource {
  let position = 0;
  let next = 0;
  return {
    symbol: 'TEST',
    length: Infinity,
    position: 0,
    ended: false,
    loops: 0,
    get untilNext() {
      return (times[next] ?? Infinity) - position;
    },
    start: () => undefined,
    advance: (elapsed) => {
      position += elapsed;
      for (; (times[next] ?? Infinity) <= position; next++) seen.push(clock.now());
    },
  };
}

it('dates events of whole ms exactly, whatever steps time took and whatever else happens between them', () => {
  const step = fc.double({ min: 0.0001, max: 40, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 60 }),
      fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 60 }),
      (steps, others) => {
        const clock = new VirtualClock(START);
        const timeline = new Timeline({ speed: 1, clock, batch: (deliver) => deliver() });
        const whole = Array.from({ length: 40 }, (_, index) => 7 * (index + 1));
        const seen: number[] = [];
        const between = [...others].sort((a, b) => a - b);
        timeline.add(sourceAt(whole, clock, seen), sourceAt(between, clock, []));
        for (const ms of steps) timeline.advance(ms);
        expect(seen).toEqual(whole.slice(0, seen.length).map((time) => START + time));
        const total = steps.reduce((sum, ms) => sum + ms, 0);
        expect(Math.abs(clock.now() - START - total)).toBeLessThan(1.1);
      },
    ),
  );
});
