import { describe, expect, it } from 'vitest';
import { NotSentError } from '../venue-error.js';
import { PLACE_RECV_WINDOW_MS, Placements } from './send-guard.js';

describe('a placement on its way', () => {
  it('is guarded when its request is written, and counts as sent from then on', async () => {
    const placements = new Placements();
    const asked: number[] = [];
    const { sent, result } = placements.run(
      'a',
      (_at, validForMs) => void asked.push(validForMs),
      async () => {
        await Promise.resolve();
        placements.written('a');
        return 'answer';
      },
    );
    expect(sent()).toBe(false);
    expect(await result).toBe('answer');
    expect(sent()).toBe(true);
    expect(asked).toEqual([PLACE_RECV_WINDOW_MS]);
  });

  it('that its guard holds back is not sent', async () => {
    const placements = new Placements();
    const guard = (): never => {
      throw new NotSentError('LEASE_LOST', 'x');
    };
    const { sent, result } = placements.run('a', guard, async () => placements.written('a'));
    await expect(result).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(sent()).toBe(false);
  });

  it('that ccxt itself refuses was not sent', async () => {
    const { sent, result } = new Placements().run(
      'a',
      () => undefined,
      () => Promise.reject(new Error('bad amount')),
    );
    await expect(result).rejects.toThrow('bad amount');
    expect(sent()).toBe(false);
  });

  it('keeps its own guard beside others', async () => {
    const placements = new Placements();
    const asked: string[] = [];
    const place = (id: string): Promise<void> =>
      placements.run(
        id,
        () => void asked.push(id),
        async () => {
          await Promise.resolve();
          placements.written(id);
        },
      ).result;
    await Promise.all([place('a'), place('b')]);
    expect(asked).toEqual(['a', 'b']);
  });
});

describe('a request that places an order nobody is placing', () => {
  it('is refused before it is written', async () => {
    const placements = new Placements();
    expect(() => placements.written('a')).toThrow(expect.objectContaining({ code: 'UNGUARDED' }));
    await placements.run(
      'a',
      () => undefined,
      async () => undefined,
    ).result;
    await Promise.resolve();
    expect(() => placements.written('a')).toThrow(expect.objectContaining({ code: 'UNGUARDED' }));
  });
});
