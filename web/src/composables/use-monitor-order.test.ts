import { describe, expect, it } from 'vitest';
import type { Alert } from '../format/alerts.js';
import { orderCards, type MonitorItem, type MonitorOrder } from './use-monitor-order.js';

const WARNING: Alert = { code: 'waiting', severity: 'warning', value: '' };
const DANGER: Alert = { code: 'failed', severity: 'danger', value: '' };

function item(name: string, total: string | null, orders: number, alerts: Alert[]): MonitorItem {
  const status = { profit: total === null ? null : { total }, pendingBuys: orders, pendingSells: 0 };
  return { row: { strategy: { name }, status }, alerts } as unknown as MonitorItem;
}
const items = [
  item('b', '10', 1, []),
  item('a', null, 3, [WARNING]),
  item('d', '9.5', 2, [DANGER]),
  item('c', '-3', 0, []),
];

describe('the cards of the monitor', () => {
  it.each<[MonitorOrder, string]>([
    ['alerts', 'd a b c'],
    ['name', 'a b c d'],
    ['profit-up', 'c d b a'],
    ['profit-down', 'b d c a'],
    ['orders', 'a d b c'],
  ])('by %s stand as %s', (order, names) => {
    expect(
      orderCards(items, order)
        .map(({ row }) => row.strategy.name)
        .join(' '),
    ).toBe(names);
  });
});
