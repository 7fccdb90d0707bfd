import { describe, expect, it } from 'vitest';
import { Coalescer } from './coalesce.js';

describe('coalesced questions', () => {
  it('of one turn are one batch, answered in order', async () => {
    const batches: number[][] = [];
    const double = new Coalescer<number, number>(
      async (keys) => {
        batches.push([...keys]);
        return keys.map((key) => 2 * key);
      },
      { size: 10 },
    );
    expect(await Promise.all([1, 2, 3].map((key) => double.ask(key)))).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('asked while a batch is under way are answered by work that begins later', async () => {
    const begun: number[][] = [];
    const ends: (() => void)[] = [];
    const slow = new Coalescer<number, number>(
      async (keys) => {
        begun.push([...keys]);
        await new Promise<void>((resolve) => ends.push(resolve));
        return keys;
      },
      { size: 10 },
    );
    const first = slow.ask(1);
    await new Promise(setImmediate);
    const later = Promise.all([slow.ask(2), slow.ask(3)]);
    await new Promise(setImmediate);
    expect(begun).toEqual([[1]]);
    ends[0]?.();
    await first;
    await new Promise(setImmediate);
    expect(begun).toEqual([[1], [2, 3]]);
    ends[1]?.();
    expect(await later).toEqual([2, 3]);
  });

  it('never make a batch larger than asked for', async () => {
    const sizes: number[] = [];
    const some = new Coalescer<number, number>(
      async (keys) => {
        sizes.push(keys.length);
        return keys;
      },
      { size: 2, parallel: 2 },
    );
    await Promise.all([1, 2, 3, 4, 5].map((key) => some.ask(key)));
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('fail together, and the next batch is tried all the same', async () => {
    let isBroken = true;
    const broken = new Coalescer<number, number>(
      async (keys) => {
        if (isBroken) throw new Error('no');
        return keys;
      },
      { size: 10 },
    );
    const answers = await Promise.allSettled([broken.ask(1), broken.ask(2)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await broken.ask(3)).toBe(3);
  });
});
