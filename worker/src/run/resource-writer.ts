import type { ResourceChange } from './admission.js';
import type { Batch } from './batch.js';

/** An amount in a sum: MySQL adds a number and a text as binary floats, which loses the last digits. */
const EXACT = 'CAST(? AS DECIMAL(36,18))';

/**
 * What a step reserves, gives back and trades. A reservation nobody has judged that the account cannot cover gives the
 * batch up; rows are locked in the order of the changes, the same for every strategy of an account.
 */
export function addResources(batch: Batch, changes: readonly ResourceChange[]): void {
  for (const { accountId, resource, reserved, holdings, isUnjudged } of changes) {
    // A trade made before the balances were read is in the total already.
    const trades = holdings.map(() => ` + IF(read_at < ?, ${EXACT}, 0)`).join('');
    batch.add(
      `UPDATE reservation SET reserved = GREATEST(0, reserved + ${EXACT}), total = total${trades}, version = version + 1
        WHERE account_id = ? AND resource = ?`,
      [
        reserved.toFixed(),
        ...holdings.flatMap(({ amount, time }) => [new Date(time), amount.toFixed()]),
        accountId,
        resource,
      ],
    );
    if (isUnjudged) {
      batch.giveUpIf(
        'RESERVE',
        'FROM reservation WHERE account_id = ? AND resource = ? AND reserved + foreign_locked > total',
        [accountId, resource],
      );
    }
  }
}
