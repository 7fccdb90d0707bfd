import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { inTransaction } from './transaction.js';

const DEADLOCK = Object.assign(new Error('Deadlock found when trying to get lock'), { errno: 1213 });
const LOCK_WAIT = Object.assign(new Error('Lock wait timeout exceeded'), { errno: 1205 });

/** A database whose transactions end like this, one after the other; the last way for good. */
function database(...ends: (Error | string)[]): { tries: number } & Pick<DataSource, 'transaction'> {
  const of = {
    tries: 0,
    transaction: () => {
      const end = ends[Math.min(of.tries, ends.length - 1)];
      of.tries += 1;
      return typeof end === 'string' ? Promise.resolve(end) : Promise.reject(end ?? new Error('no end'));
    },
  };
  return of;
}

const run = (of: Pick<DataSource, 'transaction'>): Promise<string> =>
  inTransaction(of, 1_000, () => Promise.resolve('unused'));

describe('a transaction', () => {
  it('that the server gave up for others is tried again whole', async () => {
    const of = database(DEADLOCK, LOCK_WAIT, 'done');
    await expect(run(of)).resolves.toBe('done');
    expect(of.tries).toBe(3);
  });

  it('that failed otherwise is not: what became of it is not certain', async () => {
    const of = database(new Error('Connection lost'), 'done');
    await expect(run(of)).rejects.toThrow('Connection lost');
    expect(of.tries).toBe(1);
  });

  it('that is given up again and again is an error at last', async () => {
    const of = database(DEADLOCK);
    await expect(run(of)).rejects.toBe(DEADLOCK);
    expect(of.tries).toBe(5);
  });
});
