import type { DataSource } from 'typeorm';
import type { Strategy } from '@gridfleet/shared/schema';
import { createStrategy } from './fixtures.js';
import { storeCycle, storeFill, storeOrder } from './stored-run.js';
import type { Caller } from './test-api.js';

/** A trade that was stored, with the profit of its cycle. */
export interface StoredTrade {
  time: Date;
  side: 'buy' | 'sell';
  amount: string;
  net: string;
}

/** A new strategy with forty trades: every seven hours through both clock changes of a year in Berlin. */
export async function storeTrades(
  dataSource: DataSource,
  owner: Caller,
  accountId: number,
): Promise<{ strategy: Strategy; stored: StoredTrade[] }> {
  const strategy = await createStrategy(owner, accountId);
  const { runId } = (await owner('POST', `/api/strategies/${strategy.id}/start`)).body as { runId: number };
  const stored: StoredTrade[] = [];
  const begin = Date.parse('2026-03-27T00:30:00Z');
  for (let i = 0; i < 40; i += 1) {
    const time = new Date((i < 20 ? begin : Date.parse('2026-10-23T00:30:00Z')) + (i % 20) * 7 * 3_600_000);
    const side = i % 2 === 0 ? 'buy' : 'sell';
    const key = { strategy, runId, accountId, generation: i + 1 };
    const change = { side, isFinal: true, state: 'filled', filledQuantity: '0.01', createdAt: time } as const;
    const orderId = await storeOrder(dataSource, key, change);
    const amount = `${100 + i}.000000000000000001`;
    await storeFill(dataSource, key, orderId, { side, amount, feeQuote: '0.1', time });
    const net = i % 3 === 0 ? '-1.5' : '2';
    await storeCycle(dataSource, key, net, time);
    stored.push({ time, side, amount, net });
  }
  return { strategy, stored };
}
