import { describe, expect, test } from 'vitest';
import { createProgress } from './progress.mjs';

function screen() {
  const out = { text: '', write: (text) => (out.text += text) };
  return out;
}

/** Times differ from run to run. */
const timeless = ({ text }) => text.replace(/\d+\.\d s/g, 'N s');

describe('progress lines', () => {
  test('number the steps and show time and note', async () => {
    const out = screen();
    const { step } = createProgress(2, out);
    await step('one', async () => 'up to date');
    await step('two', () => {});
    expect(timeless(out)).toBe('[1/2] one … N s (up to date)\n[2/2] two … N s\n');
  });

  test('show a failed step and pass its error on', async () => {
    const out = screen();
    const { step } = createProgress(1, out);
    await expect(step('one', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(timeless(out)).toBe('[1/1] one … failed after N s\n');
  });

  test('show steps side by side in the order they end, and let all end before failing', async () => {
    const out = screen();
    let finish;
    const slow = new Promise((resolve) => (finish = resolve));
    const both = createProgress(2, out).together({
      slow: () => slow,
      quick: async () => {
        finish('done');
        throw new Error('broken');
      },
    });
    await expect(both).rejects.toThrow('broken');
    expect(timeless(out).trim().split('\n')).toHaveLength(2);
    expect(timeless(out)).toContain('slow … N s (done)');
  });
});
