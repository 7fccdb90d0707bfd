import type { AccountRow } from '@gridfleet/shared/infra';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VenueAccount } from '../venue/venue.js';
import { LingeringAccounts } from './lingering-accounts.js';

const opened: number[] = [];
const closed: number[] = [];
const failures: unknown[] = [];

function accounts(): LingeringAccounts {
  return new LingeringAccounts(
    (accountId) => {
      opened.push(accountId);
      const account = { close: async () => void closed.push(accountId) } as unknown as VenueAccount;
      return Promise.resolve({ row: { id: accountId } as AccountRow, account });
    },
    (error) => failures.push(error),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  for (const list of [opened, closed, failures]) list.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('clients for questions about accounts', () => {
  it('serve all questions about an account that come close together, and are closed afterwards', async () => {
    const kept = accounts();
    await Promise.all([7, 7, 8].map((id) => kept.use(id, () => Promise.resolve())));
    await vi.advanceTimersByTimeAsync(4_000);
    await kept.use(7, () => Promise.resolve());
    expect(opened).toEqual([7, 8]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(closed).toEqual([8]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(closed).toEqual([8, 7]);
  });

  it('are closed only when the last question is answered', async () => {
    const kept = accounts();
    let answer = (): void => undefined;
    const slow = kept.use(7, () => new Promise<void>((resolve) => (answer = resolve)));
    await kept.use(7, () => Promise.resolve());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(closed).toEqual([]);
    answer();
    await slow;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(closed).toEqual([7]);
  });

  it('begin anew after a failure, as when the key has been exchanged', async () => {
    const kept = accounts();
    await expect(kept.use(7, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await kept.use(7, () => Promise.resolve());
    expect(opened).toEqual([7, 7]);
    expect(closed).toEqual([7]);
  });

  it('are all closed with the node', async () => {
    const kept = accounts();
    await Promise.all([7, 8].map((id) => kept.use(id, () => Promise.resolve())));
    await kept.close();
    expect(closed.sort()).toEqual([7, 8]);
    expect(failures).toEqual([]);
  });
});
