import type { DataSource } from 'typeorm';
import { NotificationDeliveryRepository, type NotificationDeliveryRow } from '@gridfleet/shared/infra';
import { emptyPayload, type Payload } from '../payload.js';

/** One message for all that were held back: how many, from when to when, and of which strategy if it is one. */
export function summaryOf(rows: readonly NotificationDeliveryRow[]): string {
  const payloads = rows.map(({ payload }) => JSON.parse(payload) as Payload);
  const [first] = payloads;
  if (first === undefined) throw new RangeError('nothing was held back');
  const times = payloads.map(({ time }) => time).sort();
  const from = times[0] ?? first.time;
  const to = times.at(-1) ?? first.time;
  const isOne = payloads.every(({ subject }) => subject?.strategyId === first.subject?.strategyId);
  // A summary of one is that one.
  if (payloads.length === 1) return JSON.stringify(first);
  const summary = { count: payloads.length, from, to };
  return JSON.stringify({
    ...emptyPayload(first.event, to),
    scope: first.scope,
    subject: isOne ? first.subject : null,
    summary,
  } satisfies Payload);
}

/** Tells what the throttle held back, where its time is over. @returns how many summaries were made */
export async function sumUpHeld(dataSource: DataSource): Promise<number> {
  const deliveries = new NotificationDeliveryRepository(dataSource);
  let made = 0;
  for (const group of await deliveries.heldGroups()) {
    if (await deliveries.sumUp(group, summaryOf)) made += 1;
  }
  return made;
}
