import { describe, expect, test } from 'vitest';
import { SharedWork } from './shared-work.js';

/** Work that ends when it is told to. */
function controlled(): { make: () => Promise<string>; started: () => number; end: (text: string) => void } {
  const waiting: ((text: string) => void)[] = [];
  let started = 0;
  return {
    make: () =>
      new Promise<string>((resolve) => {
        started += 1;
        waiting.push(resolve);
      }),
    started: () => started,
    end: (text) => waiting.shift()?.(text),
  };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('shared work', () => {
  test('is made once for all who asked before it was begun, and never given to who asked later', async () => {
    const answers = new SharedWork<string>();
    const work = controlled();
    const first = answers.ask('a', work.make);
    const later = [answers.ask('a', work.make), answers.ask('a', work.make)];
    expect(work.started()).toBe(1);
    work.end('one');
    expect(await first).toBe('one');
    await turn();
    expect(work.started()).toBe(2);
    work.end('two');
    expect(await Promise.all(later)).toEqual(['two', 'two']);
    const alone = answers.ask('a', work.make);
    expect(work.started()).toBe(3);
    work.end('three');
    expect(await alone).toBe('three');
  });

  test('of one key says nothing about another', async () => {
    const answers = new SharedWork<string>();
    const [a, b] = [controlled(), controlled()];
    const both = [answers.ask('a', a.make), answers.ask('b', b.make)];
    a.end('of a');
    b.end('of b');
    expect(await Promise.all(both)).toEqual(['of a', 'of b']);
  });

  test('that fails fails for those who wait for it, and the next is tried anew', async () => {
    const answers = new SharedWork<string>();
    let tries = 0;
    const make = async (): Promise<string> => {
      tries += 1;
      await turn();
      if (tries === 1) throw new Error('gone');
      return 'there';
    };
    const first = answers.ask('a', make);
    const second = answers.ask('a', make);
    await expect(first).rejects.toThrow('gone');
    expect(await second).toBe('there');
  });
});
