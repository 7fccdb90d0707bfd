import type { DataSource } from 'typeorm';
import { dec, Decimal, marginAsset, ZERO } from '@gridfleet/shared/domain';
import type { AccountBalance } from '../venue/venue.js';
import { Batch } from './batch.js';
import { correction } from './correction.js';
import { inBatches } from './fenced-batch.js';
import { heldBy, HOLDING_COLUMNS, type HoldingOrder } from './held-by-orders.js';

/** Versions of what is known of an account's resources before its balances are asked for. */
export type ResourceVersions = ReadonlyMap<string, number>;

export interface BalanceReading {
  accountId: number;
  resources: readonly string[];
  balances: readonly AccountBalance[];
  before: ResourceVersions;
  readAt: Date;
}

interface ReservedRow {
  resource: string;
  version: number;
  total: string;
  reserved: string;
}

/**
 * Takes over balances read at `readAt`, in two round trips. A resource that changed since `before` was read keeps its
 * carried total, which is fresher; what our orders hold is summed up anew each time, so a wrong figure lasts one pass.
 */
export async function recordBalances(database: DataSource, reading: BalanceReading): Promise<void> {
  const { accountId, resources, balances, readAt } = reading;
  const found = [...resources].sort().map((resource) => {
    const balance = balances.find(({ asset }) => asset === resource);
    const locked = dec(balance?.locked ?? '0');
    return { resource, locked, total: dec(balance?.free ?? '0').plus(locked) };
  });
  const first = new Batch();
  first.add('START TRANSACTION');
  first.add('INSERT IGNORE INTO reservation (account_id, resource, total, read_at) VALUES ?', [
    found.map(({ resource, total }) => [accountId, resource, total.toFixed(), readAt]),
  ]);
  // All rows are locked before the orders are read: no step that changes them is half-way then.
  const rowsAt = first.add(
    `SELECT resource, version, total, reserved FROM reservation
      WHERE account_id = ? AND resource IN (?) ORDER BY resource FOR UPDATE`,
    [accountId, found.map(({ resource }) => resource)],
  );
  const ordersAt = first.add(`SELECT ${HOLDING_COLUMNS} FROM orders WHERE account_id = ? AND is_final = 0`, [
    accountId,
  ]);
  await inBatches(database, async (send) => {
    const answers = await send(first);
    const held = heldBy(answers[ordersAt] as HoldingOrder[]);
    const rows = answers[rowsAt] as ReservedRow[];
    await send(written(reading, found, rows, held));
  });
}

/** What is to be written once the rows are locked. */
function written(
  { accountId, before, readAt }: BalanceReading,
  found: readonly { resource: string; locked: Decimal; total: Decimal }[],
  rows: readonly ReservedRow[],
  held: ReadonlyMap<string, Decimal>,
): Batch {
  const batch = new Batch();
  for (const { resource, locked, total } of found) {
    const row = rows.find((each) => each.resource === resource);
    if (row === undefined) throw new Error(`reservation ${resource} of account ${accountId} vanished`);
    const known = before.get(resource);
    if (known !== undefined && row.version !== known) continue;
    const reserved = held.get(resource) ?? ZERO;
    if (known !== undefined) addDifferences(batch, accountId, row, { total, reserved });
    batch.add(
      `UPDATE reservation SET total = ?, foreign_locked = ?, reserved = ?, read_at = ?
        WHERE account_id = ? AND resource = ?`,
      [
        total.toFixed(),
        Decimal.max(ZERO, locked.minus(reserved)).toFixed(),
        reserved.toFixed(),
        readAt,
        accountId,
        resource,
      ],
    );
  }
  batch.add('COMMIT');
  return batch;
}

/** Journals what the books said and the venue says, where they differ. */
function addDifferences(
  batch: Batch,
  accountId: number,
  row: ReservedRow,
  found: { total: Decimal; reserved: Decimal },
): void {
  const { resource } = row;
  const add = (cause: string, before: object, after: object): void => {
    const { sql, params } = correction(
      null,
      accountId,
      cause,
      { resource, ...before },
      { resource, ...after },
    );
    batch.add(sql, params);
  };
  if (!found.reserved.eq(row.reserved)) {
    add('RESERVATION_DRIFT', { reserved: row.reserved }, { reserved: found.reserved.toFixed() });
  }
  // What margin is left goes with every price of what is held: that is no correction.
  if (marginAsset(resource) === null && !found.total.eq(row.total)) {
    add('BALANCE_DIFFERS', { total: row.total }, { total: found.total.toFixed() });
  }
}
