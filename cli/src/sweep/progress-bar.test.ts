import { describe, expect, it } from 'vitest';
import { progressBar } from './progress-bar.js';

function drawnBy(isTTY: boolean, steps: readonly [time: number, done: number][]): string[] {
  const drawn: string[] = [];
  let time = 0;
  const bar = progressBar({ isTTY, write: (text) => drawn.push(text) }, 100, () => time);
  for (const [at, done] of steps) {
    time = at;
    bar(done);
  }
  return drawn;
}

describe('the progress bar', () => {
  it('is redrawn at most ten times a second, and gone at the end', () => {
    const drawn = drawnBy(true, [
      [0, 1],
      [50, 2],
      [100, 50],
      [101, 100],
    ]);
    expect(drawn).toHaveLength(3);
    expect(drawn[1]).toMatch(/^\r█{15}░{15} 50\/100 runs$/);
    expect(drawn[2]).toBe('\r\u001b[K');
  });

  it('leaves pipes and files alone', () => {
    expect(
      drawnBy(false, [
        [0, 1],
        [500, 100],
      ]),
    ).toEqual([]);
  });
});
