import { describe, expect, it } from 'vitest';
import { RecentAnswers } from './recent-answers.js';

describe('recent answers', () => {
  it('are read once while they are good, each question for itself', async () => {
    let now = 0;
    let reads = 0;
    const answers = new RecentAnswers<number>(1_000, () => now);
    const ask = (key: string): Promise<number> => answers.of(key, () => Promise.resolve((reads += 1)));
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([1, 1, 2]);
    now = 999;
    expect(await ask('a')).toBe(1);
    now = 1_000;
    expect(await ask('a')).toBe(3);
  });

  it('are no answers when reading them failed', async () => {
    const answers = new RecentAnswers<number>(1_000);
    await expect(answers.of('a', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await answers.of('a', () => Promise.resolve(7))).toBe(7);
  });
});
