import { dec } from '@gridfleet/shared/domain';
import { severityOf, type Alert } from '../format/alerts.js';
import type { StrategyRow } from './use-strategy-rows.js';

export const MONITOR_ORDERS = ['alerts', 'name', 'profit-up', 'profit-down', 'orders'] as const;
export type MonitorOrder = (typeof MONITOR_ORDERS)[number];

export interface MonitorItem {
  row: StrategyRow;
  alerts: Alert[];
}

export const isMonitorOrder = (text: string): text is MonitorOrder =>
  MONITOR_ORDERS.some((order) => order === text);

/** Strategies without a profit figure stand last in both directions. */
function byProfit(a: MonitorItem, b: MonitorItem, direction: 1 | -1): number {
  const [left, right] = [a.row.status.profit?.total, b.row.status.profit?.total];
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  return dec(left).cmp(dec(right)) * direction;
}

const orderCount = ({ row }: MonitorItem): number => row.status.pendingBuys + row.status.pendingSells;

/** Cards in the wanted order; equal ones stay as they came. */
export function orderCards(items: readonly MonitorItem[], order: MonitorOrder): MonitorItem[] {
  return items.toSorted((a, b) => {
    switch (order) {
      case 'alerts':
        return severityOf(b.alerts) - severityOf(a.alerts);
      case 'name':
        return a.row.strategy.name.localeCompare(b.row.strategy.name);
      case 'profit-up':
        return byProfit(a, b, 1);
      case 'profit-down':
        return byProfit(a, b, -1);
      case 'orders':
        return orderCount(b) - orderCount(a);
    }
  });
}
