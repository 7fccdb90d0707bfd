import { describe, expect, it } from 'vitest';
import type { VenueFill } from '../venue.js';
import type { Raw } from './binance-product.js';
import { SPOT } from './binance-spot.js';
import { PAGE, tradesSince } from './trade-pages.js';

const HOUR = 3_600_000;
const NOW = 1_790_000_000_000;

function fill(id: number, time: number): VenueFill {
  return {
    tradeId: String(id),
    price: '1',
    quantity: '1',
    quoteQuantity: '1',
    fee: '0',
    feeAsset: 'USDT',
    maker: true,
    time,
    exchangeOrderId: '1',
    market: 'BTC/USDT',
    side: 'buy',
  };
}

/** The exchange: at most a page of a span of at most 24 h, or of everything from an id on. */
function exchange(trades: readonly VenueFill[]) {
  const asked: Raw[] = [];
  const page = (query: Raw): Promise<VenueFill[]> => {
    asked.push(query);
    const limit = Number(query.limit);
    if (query.fromId !== undefined) {
      const from = Number(query.fromId);
      return Promise.resolve(trades.filter(({ tradeId }) => Number(tradeId) >= from).slice(0, limit));
    }
    const start = Number(query.startTime);
    const end = query.endTime === undefined ? start + 24 * HOUR : Number(query.endTime);
    if (end - start > 24 * HOUR) throw new Error('More than 24 hours between startTime and endTime.');
    return Promise.resolve(trades.filter(({ time }) => time >= start && time <= end).slice(0, limit));
  };
  return { asked, page };
}

const read = (page: (query: Raw) => Promise<VenueFill[]>, since: number): Promise<VenueFill[]> =>
  tradesSince(page, since, SPOT.tradeWindowMs, NOW);

describe('the trade history of an account', () => {
  it('is asked for in spans of a day that leave no gap, up to now', async () => {
    const since = NOW - 75 * HOUR;
    const trades = [0, 23.9, 24, 24.1, 48, 60, 75].map((hours, i) => fill(i + 1, since + hours * HOUR));
    const { asked, page } = exchange(trades);
    const found = await read(page, since);
    expect(found.map(({ tradeId }) => tradeId)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(asked).toHaveLength(4);
  });

  it('takes one request when nothing has happened since the last look', async () => {
    const { asked, page } = exchange([]);
    expect(await read(page, NOW - 60_000)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('follows a full page by ids, through all later spans', async () => {
    const since = NOW - 30 * HOUR;
    const trades = Array.from({ length: PAGE * 2 + 5 }, (_, i) => fill(i + 1, since + i));
    trades.push(fill(5_000, NOW - 1));
    const { page } = exchange(trades);
    const found = await read(page, since);
    expect(found.map(({ tradeId }) => tradeId)).toEqual(trades.map(({ tradeId }) => tradeId));
  });

  it('is an error when one page fails, never a part of it', async () => {
    const { page } = exchange([fill(1, NOW - 1)]);
    let asked = 0;
    const failing: typeof page = (query) => {
      asked += 1;
      return asked === 2 ? Promise.reject(new Error('503')) : page(query);
    };
    await expect(read(failing, NOW - 40 * HOUR)).rejects.toThrow('503');
  });
});
