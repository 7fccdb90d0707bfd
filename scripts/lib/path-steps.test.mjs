import { describe, expect, test } from 'vitest';
import { createStepTimes, waitFor } from './path-steps.mjs';

describe('timed steps', () => {
  test('are printed one by one and summed up in a table, with what each gave', async () => {
    let clock = 0;
    const lines = [];
    const times = createStepTimes(
      (line) => lines.push(line),
      () => clock,
    );
    const given = await times.step('clone', async () => {
      clock += 1_240;
      return 7;
    });
    await times.step('start', async () => {
      clock += 60_000;
    });
    expect(given).toBe(7);
    expect(lines).toEqual(['clone … 1.2 s', 'start … 60.0 s']);
    expect(times.table().split('\n').slice(2)).toEqual([
      '| clone | 1.2 |',
      '| start | 60.0 |',
      '| together | 61.2 |',
    ]);
  });

  test('that wait say what for when it does not come', async () => {
    await expect(waitFor('a fill', 1, async () => null)).rejects.toThrow('a fill');
    expect(await waitFor('a fill', 1, async () => 'came')).toBe('came');
  });
});
