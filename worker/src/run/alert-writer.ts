import type { Reason } from '@gridfleet/shared/domain';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import { type Batch } from './batch.js';

/** What people have to know at once, as events that the relay publishes: neither is without the step that caused it. */
export function addAlerts(batch: Batch, strategyId: number, alerts: readonly Reason[], now: Date): void {
  if (alerts.length === 0) return;
  const events = alerts.map((data): PlatformEvent => ({ type: 'alert', strategyId, data }));
  batch.add('INSERT INTO outbox (event, created_at) VALUES ?', [
    events.map((event) => [JSON.stringify(event), now]),
  ]);
}
