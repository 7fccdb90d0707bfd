import { dec, isDecimalString } from '@gridfleet/shared/domain';
import type { StrategyStatus } from '../api/types.js';
import { ageSeconds } from './time.js';

/** When a strategy deserves a look; null switches a limit off. Kept in this browser, not on the server. */
export interface AlertLimits {
  /** Seconds without news while running. */
  staleSeconds: number | null;
  /** Total loss in quote, a positive decimal text. */
  loss: string | null;
  /** Share of sells among open orders, %: much bought and nothing sold. */
  sellSharePercent: number | null;
}

export const DEFAULT_LIMITS: AlertLimits = { staleSeconds: 10, loss: null, sellSharePercent: null };

export type AlertCode = 'failed' | 'waiting' | 'error' | 'stale' | 'out-of-range' | 'loss' | 'sell-share';

export interface Alert {
  code: AlertCode;
  severity: 'danger' | 'warning';
  /** For the text: seconds, percent or amount. */
  value: string;
}

function isLoss(total: string | undefined, limit: string | null): boolean {
  if (total === undefined || limit === null || !isDecimalString(limit)) return false;
  return dec(total).lte(dec(limit).neg());
}

function sellShare(status: StrategyStatus): number | null {
  const orders = status.pendingBuys + status.pendingSells;
  return orders === 0 ? null : Math.round((100 * status.pendingSells) / orders);
}

/** Everything about a strategy that somebody should know, worst first. */
export function alertsOf(status: StrategyStatus, limits: AlertLimits, nowMs: number): Alert[] {
  const alerts: Alert[] = [];
  if (status.state === 'failed') alerts.push({ code: 'failed', severity: 'danger', value: '' });
  if (status.lastError && status.state !== 'stopped')
    alerts.push({ code: 'error', severity: 'danger', value: '' });
  const age = ageSeconds(status.updatedAt, nowMs);
  if (status.isRunning && limits.staleSeconds !== null && age !== null && age > limits.staleSeconds)
    alerts.push({ code: 'stale', severity: 'danger', value: String(age) });
  if (isLoss(status.profit?.total, limits.loss))
    alerts.push({ code: 'loss', severity: 'danger', value: limits.loss ?? '' });
  if (status.state === 'waiting') alerts.push({ code: 'waiting', severity: 'warning', value: '' });
  if (status.isRunning && status.range !== null && status.range !== 'in-range')
    alerts.push({ code: 'out-of-range', severity: 'warning', value: status.range });
  const share = sellShare(status);
  if (
    status.isRunning &&
    limits.sellSharePercent !== null &&
    share !== null &&
    share >= limits.sellSharePercent
  )
    alerts.push({ code: 'sell-share', severity: 'warning', value: String(share) });
  return alerts;
}

/** How bad the worst alert is: 2 danger, 1 warning, 0 none. For sorting. */
export function severityOf(alerts: readonly Alert[]): number {
  if (alerts.some((alert) => alert.severity === 'danger')) return 2;
  return alerts.length > 0 ? 1 : 0;
}
