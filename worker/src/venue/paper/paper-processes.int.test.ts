import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SPOT_SUBJECT } from '../../../../tests/harness/venue-subjects.js';
import { allow, startVenueSystem, type VenueSystem } from '../../../../tests/harness/venue-system.js';
import { waitUntil } from '../../../../tests/harness/wait.js';
import type { OrderReport } from '../venue.js';

let system: VenueSystem;

beforeAll(async () => {
  system = await startVenueSystem(inject('redisUrl'));
});
afterAll(() => system.close());

describe('a paper account in two processes', () => {
  it('has each fill booked once, whoever placed the order', async () => {
    const { id: accountId } = await system.newAccount({ venue: 'binance', environment: 'paper' });
    await system.setPrice('0.5');
    const sides = await Promise.all(
      [1, 2].map(async () => {
        const venues = system.makeVenues();
        const { account } = await venues.open(accountId);
        const stream = new AbortController();
        const reports: OrderReport[] = [];
        const watching = account.watchPrivate(
          { onReport: (report) => reports.push(report), onGap: () => undefined },
          stream.signal,
        );
        return { venues, account, stream, reports, watching };
      }),
    );
    const market = await (await sides[0]?.venues.markets('binance', 'paper'))?.market(SPOT_SUBJECT.symbol);
    if (!market) throw new Error(`${SPOT_SUBJECT.symbol} is not listed`);
    for (const [index, { account }] of sides.entries()) {
      const outcome = await account.place(
        {
          market,
          clientOrderId: `both${index}`,
          side: 'buy',
          type: 'limit',
          timeInForce: 'GTC',
          postOnly: true,
          price: '0.48',
          quantity: '100',
        },
        allow,
      );
      expect(outcome.phase).toBe('accepted');
    }
    await sleep(1500); // Longer than a poll: the matching process has taken in the other one's order.
    await system.setPrice('0.48');
    for (const { reports } of sides) {
      await waitUntil(() => new Set(reports.flatMap(({ fill }) => fill?.exchangeOrderId ?? [])).size === 2, {
        what: 'both fills in both processes',
        timeoutMs: 10_000,
        everyMs: 20,
      });
    }
    const balances = await sides[0]?.account.balances();
    expect(balances).toContainEqual({ asset: 'USDT', free: '99904', locked: '0' });
    expect(balances).toContainEqual({ asset: 'ADA', free: '199.8', locked: '0' });
    for (const { stream, account, watching, venues } of sides) {
      stream.abort();
      await account.close();
      await watching;
      await venues.close();
    }
  });
});
