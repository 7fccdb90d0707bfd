import type { BoundStrategy, PlanContext } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { VenueError } from '../venue/venue-error.js';
import type { ContractSettings, PositionMode, VenueFutures } from '../venue/venue-futures.js';
import { applySettings, wantedSettings, type WantedSettings } from './contract-settings.js';

const SYMBOL = 'BTC/USDT:USDT';
const WANTED: WantedSettings = {
  positionMode: 'one-way',
  contract: { leverage: 5, marginMode: 'isolated' },
};

/** An account whose settings and exposure the test sets; it remembers what was changed, and where it was asked to look. */
class FakeAccount {
  mode: PositionMode = 'one-way';
  contract: ContractSettings = { leverage: 5, marginMode: 'isolated' };
  found = { orders: 0, positions: 0 };
  /** Refusal of the next change. */
  refusal: VenueError | null = null;
  readonly changes: string[] = [];
  readonly lookedAt: (string | null)[] = [];

  readonly futures = {
    positionMode: () => Promise.resolve(this.mode),
    settings: () => Promise.resolve(this.contract),
    exposure: (market: string | null) => {
      this.lookedAt.push(market);
      return Promise.resolve(this.found);
    },
    setPositionMode: (mode: PositionMode) => this.#change(`mode ${mode}`),
    setSettings: (_market: string, { leverage, marginMode }: ContractSettings) =>
      this.#change(`${leverage} ${marginMode}`),
  } as unknown as VenueFutures;

  #change(what: string): Promise<void> {
    if (this.refusal !== null) return Promise.reject(this.refusal);
    this.changes.push(what);
    return Promise.resolve();
  }
}

describe('the settings of an account', () => {
  it('stay untouched when they are as wanted, whatever is open', async () => {
    const account = new FakeAccount();
    account.found = { orders: 3, positions: 1 };
    expect(await applySettings(account.futures, SYMBOL, WANTED)).toBeNull();
    expect(account.changes).toEqual([]);
  });

  it('are changed when nothing is open', async () => {
    const account = new FakeAccount();
    account.mode = 'hedge';
    account.contract = { leverage: 20, marginMode: 'cross' };
    expect(await applySettings(account.futures, SYMBOL, WANTED)).toBeNull();
    expect(account.changes).toEqual(['mode one-way', '5 isolated']);
  });

  it.each([
    { orders: 1, positions: 0 },
    { orders: 0, positions: 1 },
  ])('are refused with %o, saying what is so and what is in the way', async (found) => {
    const account = new FakeAccount();
    account.contract = { leverage: 20, marginMode: 'isolated' };
    account.found = found;
    const reason = await applySettings(account.futures, SYMBOL, WANTED);
    expect(reason?.code).toBe('FUTURES_SETTINGS_CONFLICT');
    expect(reason?.message).toContain('leverage 20 instead of 5');
    expect(reason?.message).toContain(`${found.orders} open orders and ${found.positions} positions`);
    expect(account.changes).toEqual([]);
  });

  it('look at the whole account for its position mode, at the contract for the rest', async () => {
    const account = new FakeAccount();
    account.contract = { leverage: 1, marginMode: 'isolated' };
    await applySettings(account.futures, SYMBOL, WANTED);
    account.mode = 'hedge';
    await applySettings(account.futures, SYMBOL, WANTED);
    expect(account.lookedAt).toEqual([SYMBOL, null]);
  });

  it('that something new keeps from changing are a conflict, too; other refusals are not hidden', async () => {
    const account = new FakeAccount();
    account.mode = 'hedge';
    account.refusal = new VenueError('refused', 'MODE_BLOCKED_BY_ORDERS', 'there are open orders');
    expect(await applySettings(account.futures, SYMBOL, WANTED)).toMatchObject({
      code: 'FUTURES_SETTINGS_CONFLICT',
    });
    account.refusal = new VenueError('refused', 'LEVERAGE_LIMIT', 'too high');
    await expect(applySettings(account.futures, SYMBOL, WANTED)).rejects.toThrow('too high');
  });
});

describe('what a strategy needs', () => {
  const context = { legs: [] } as PlanContext;
  const kind = (params: unknown, positionSide: string): BoundStrategy =>
    ({ params, slotKey: () => ({ positionSide }) }) as unknown as BoundStrategy;

  it('is in its parameters, else its slots say which position mode', () => {
    const futures = { leverage: 3, marginMode: 'cross', positionMode: 'hedge' };
    expect(wantedSettings(kind({ futures }, 'long'), context)).toEqual({
      positionMode: 'hedge',
      contract: { leverage: 3, marginMode: 'cross' },
    });
    expect(wantedSettings(kind({}, 'net'), context)).toEqual({ positionMode: 'one-way', contract: null });
    expect(wantedSettings(kind({}, 'short'), context)).toEqual({ positionMode: 'hedge', contract: null });
  });
});
