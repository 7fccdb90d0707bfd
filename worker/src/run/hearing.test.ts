import { describe, expect, it } from 'vitest';
import { orderRow } from '../testing/order-row.js';
import { missedTrade } from './hearing.js';
import { liveOrder } from './live-order.js';
import type { Letter } from './mailbox.js';

const NOW = 1_700_000_000_000;
const CLIENT_ID = 'own';
const orders = new Map([
  [CLIENT_ID, liveOrder(orderRow({ clientOrderId: CLIENT_ID, exchangeOrderId: '7', leg: 0 }), ['booked'])],
]);

const found = (tradeId: string, agoMs: number, exchangeOrderId = '7'): Letter =>
  ({
    type: 'findings',
    startedAt: NOW,
    cause: 'PERIODIC',
    findings: {
      reports: [],
      absent: [],
      foreign: [],
      orphans: [],
      trades: [{ exchangeOrderId, tradeId, time: NOW - agoMs }],
    },
  }) as unknown as Letter;
const told = (tradeId: string): Letter =>
  ({ type: 'report', report: { fill: { tradeId } } }) as unknown as Letter;

const missed = (letters: Letter[], hearsSince = 0): unknown =>
  missedTrade(orders, letters, () => hearsSince, NOW);

describe('a private stream that did not bring a trade', () => {
  it('is deaf when a look finds the trade long after it happened', () => {
    expect(missed([found('1', 3_000)])).toEqual({ leg: 0, tradeId: '1' });
  });

  it('may still bring a recent one', () => {
    expect(missed([found('1', 2_999)])).toBeNull();
  });

  it('has brought what is booked, and what lies beside the findings', () => {
    expect(missed([found('booked', 60_000)])).toBeNull();
    expect(missed([found('1', 60_000), told('1')])).toBeNull();
    expect(missed([found('1', 60_000), told('2')])).not.toBeNull();
  });

  it('could not bring what happened before it opened, or while none is open', () => {
    expect(missed([found('1', 10_000)], NOW - 9_999)).toBeNull();
    expect(missed([found('1', 10_000)], NOW - 10_000)).not.toBeNull();
    expect(missed([found('1', 10_000)], Infinity)).toBeNull();
  });

  it('is not asked about orders of others', () => {
    expect(missed([found('1', 10_000, '8')])).toBeNull();
  });
});
