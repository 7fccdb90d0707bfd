import { describe, expect, it } from 'vitest';
import { OpeningSlots } from './opening-slots.js';

const AT_ONCE = 32;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** All turns are taken. */
async function full(): Promise<{ slots: OpeningSlots; back: (() => void)[] }> {
  const slots = new OpeningSlots();
  const back = await Promise.all(Array.from({ length: AT_ONCE }, () => slots.take()));
  return { slots, back };
}

describe('turns of runs that are opened', () => {
  it('go to those that wait in order, each as soon as one is given back', async () => {
    const { slots, back } = await full();
    const got: string[] = [];
    for (const name of ['a', 'b']) void slots.take().then(() => got.push(name));
    await turn();
    expect(slots.pending).toBe(AT_ONCE + 2);
    back[0]?.();
    back[0]?.();
    await turn();
    expect(got).toEqual(['a']);
    back[1]?.();
    await turn();
    expect(got).toEqual(['a', 'b']);
    expect(slots.pending).toBe(AT_ONCE);
  });

  it('are not waited for any longer by who has been told to leave', async () => {
    const { slots, back } = await full();
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    const next = slots.take();
    leaving.abort();
    (await left)();
    expect(slots.pending).toBe(AT_ONCE + 1);
    back[0]?.();
    (await next)();
    expect(slots.pending).toBe(AT_ONCE - 1);
    const late = AbortSignal.abort();
    for (let taken = slots.pending; taken < AT_ONCE; taken += 1) await slots.take();
    await slots.take(late);
    expect(slots.pending).toBe(AT_ONCE);
  });
});
