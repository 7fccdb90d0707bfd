import type { DataSource } from 'typeorm';
import { markTold, untoldRows } from '@gridfleet/shared/infra';
import { toldOfOutbox } from './classify.js';
import type { Intake } from './intake.js';

const BATCH = 100;

/**
 * Takes what MySQL's outbox holds, past Redis. A row is marked only after its messages are stored; a process that dies
 * in between leaves it to the next, and the event's key keeps it from being told twice.
 * @returns how many rows there were
 */
export async function takeOutbox(dataSource: DataSource, intake: Intake): Promise<number> {
  const rows = await untoldRows(dataSource, BATCH);
  const told = rows.flatMap(({ id, event, createdAt }) => {
    const one = event === null ? null : toldOfOutbox(event, createdAt);
    return one === null ? [] : [{ key: `outbox:${id}`, told: one }];
  });
  await intake.take(told);
  await markTold(
    dataSource,
    rows.map(({ id }) => id),
  );
  return rows.length;
}
