import { describe, expect, it } from 'vitest';
import type { VenueAccount, VenueFill } from '../venue/venue.js';
import { shareReads } from './shared-reads.js';

const fill = (tradeId: string, time: number): VenueFill => ({
  tradeId,
  time,
  exchangeOrderId: '1',
  market: 'BTC/USDT',
  side: 'buy',
  price: '1',
  quantity: '1',
  quoteQuantity: '1',
  fee: '0',
  feeAsset: 'USDT',
  maker: true,
});

/** Counts what is asked of it; private state shows that methods keep their object. */
class Counting implements Partial<VenueAccount> {
  readonly #calls: string[] = [];
  get calls(): string[] {
    return this.#calls;
  }
  async balances() {
    this.#calls.push('balances');
    return [{ asset: 'USDT', free: '1', locked: '0' }];
  }
  async openOrders(market: string) {
    this.#calls.push(`open ${market}`);
    return [];
  }
  async tradesSince(market: string, since: number) {
    this.#calls.push(`trades ${market} ${since}`);
    return [fill('1', 100), fill('2', 200)];
  }
  async order(market: string, id: string) {
    this.#calls.push(`order ${market} ${id}`);
    return { found: false as const };
  }
}

function make(): { counting: Counting; account: VenueAccount } {
  const counting = new Counting();
  return { counting, account: shareReads(counting as unknown as VenueAccount) };
}

describe('strategies that read the same account at once', () => {
  it('share one request of each kind and market', async () => {
    const { counting, account } = make();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        await Promise.all([
          account.balances(),
          account.openOrders('BTC/USDT'),
          account.openOrders('ETH/USDT'),
        ]);
      }),
    );
    expect(counting.calls.sort()).toEqual(['balances', 'open BTC/USDT', 'open ETH/USDT']);
  });

  it('get the trades since their own time, of one request for the earliest', async () => {
    const { counting, account } = make();
    const [all, late] = await Promise.all([
      account.tradesSince('BTC/USDT', 50),
      account.tradesSince('BTC/USDT', 150),
    ]);
    expect(counting.calls).toEqual(['trades BTC/USDT 50']);
    expect(all.map(({ tradeId }) => tradeId)).toEqual(['1', '2']);
    expect(late.map(({ tradeId }) => tradeId)).toEqual(['2']);
  });

  it('never get an answer that is older than their question', async () => {
    const { counting, account } = make();
    await account.balances();
    await account.balances();
    expect(counting.calls).toEqual(['balances', 'balances']);
  });

  it('ask for single orders one by one', async () => {
    const { counting, account } = make();
    await Promise.all([account.order('BTC/USDT', 'a'), account.order('BTC/USDT', 'b')]);
    expect(counting.calls).toEqual(['order BTC/USDT a', 'order BTC/USDT b']);
  });
});
