import { connectDatabase, randomSalt } from '../database/data-source.js';
import { setTradingState } from '../repositories/trading-states.js';

/** Claims of the life before had smaller fences, however long it went on after the backup. */
const FENCE_STEP = 1_000_000_000;

/**
 * Begins a new life of the installation: other client order ids, higher fences, and no trading until an operator
 * confirms. Orders of former lives stay known as ours by the salts that are kept.
 * @returns the new salt
 */
export async function beginEpoch(databaseUrl: string): Promise<string> {
  const source = await connectDatabase(databaseUrl, 1);
  try {
    return await source.transaction(async (manager) => {
      const [row]: { epoch_salt: string; former_salts: string }[] = await manager.query(
        'SELECT epoch_salt, former_salts FROM installation WHERE id = 1 FOR UPDATE',
      );
      if (row === undefined) throw new Error('the installation row is missing');
      const former = [...row.former_salts.split(',').filter(Boolean), row.epoch_salt];
      let salt = randomSalt();
      while (former.includes(salt)) salt = randomSalt();
      await manager.query('UPDATE installation SET epoch_salt = ?, former_salts = ? WHERE id = 1', [
        salt,
        former.join(','),
      ]);
      await manager.query('UPDATE strategy SET fence = fence + ?', [FENCE_STEP]);
      const message =
        'A backup was restored. Make sure that nothing else trades these keys and look at the orders that are not in ' +
        'the books, then resume.';
      await setTradingState(manager, { of: 'platform' }, 'HALTED', { code: 'RESTORED', message }, 'restore');
      return salt;
    });
  } finally {
    await source.destroy();
  }
}
