import { describe, expect, it } from 'vitest';
import type { VenueFill } from '../venue.js';
import { TRADES_PAGE, tradesSince, type TradesQuery } from './binance-trades.js';

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
  const asked: TradesQuery[] = [];
  const page = (query: TradesQuery & { limit: number }): Promise<VenueFill[]> => {
    asked.push(query);
    if ('fromId' in query) {
      const from = Number(query.fromId);
      return Promise.resolve(trades.filter(({ tradeId }) => Number(tradeId) >= from).slice(0, query.limit));
    }
    const { startTime, endTime } = query;
    if (endTime - startTime > 24 * HOUR) throw new Error('More than 24 hours between startTime and endTime.');
    return Promise.resolve(
      trades.filter(({ time }) => time >= startTime && time <= endTime).slice(0, query.limit),
    );
  };
  return { asked, page };
}

describe('the trade history of an account', () => {
  it('is asked for in spans of a day that leave no gap, up to now', async () => {
    const since = NOW - 75 * HOUR;
    const trades = [0, 23.9, 24, 24.1, 48, 60, 75].map((hours, i) => fill(i + 1, since + hours * HOUR));
    const { asked, page } = exchange(trades);
    const found = await tradesSince(page, since, NOW);
    expect(found.map(({ tradeId }) => tradeId)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(asked).toHaveLength(4);
  });

  it('takes one request when nothing has happened since the last look', async () => {
    const { asked, page } = exchange([]);
    expect(await tradesSince(page, NOW - 60_000, NOW)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('follows a full page by ids, through all later spans', async () => {
    const since = NOW - 30 * HOUR;
    const trades = Array.from({ length: TRADES_PAGE * 2 + 5 }, (_, i) => fill(i + 1, since + i));
    trades.push(fill(5_000, NOW - 1));
    const { page } = exchange(trades);
    const found = await tradesSince(page, since, NOW);
    expect(found.map(({ tradeId }) => tradeId)).toEqual(trades.map(({ tradeId }) => tradeId));
  });

  it('is an error when one page fails, never a part of it', async () => {
    const { page } = exchange([fill(1, NOW - 1)]);
    let asked = 0;
    const failing: typeof page = (query) => {
      asked += 1;
      return asked === 2 ? Promise.reject(new Error('503')) : page(query);
    };
    await expect(tradesSince(failing, NOW - 40 * HOUR, NOW)).rejects.toThrow('503');
  });
});
