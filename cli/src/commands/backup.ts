import type { Command } from 'commander';
import { setting } from '../settings.js';
import { UserError } from '../user-error.js';
import { version } from '../version.js';

async function runBackup(file: string): Promise<void> {
  const { backup } = await import('@gridfleet/shared/infra');
  const databaseUrl = setting('DATABASE_URL', 'it says what to back up');
  const { tables, rows } = await asUserError(() => backup(databaseUrl, file, version()));
  process.stdout.write(
    `${file}: ${tables} tables, ${rows} rows. Keep the ENCRYPTION_KEY apart from it: exchange keys open with nothing else.\n`,
  );
}

async function runRestore(file: string, { replace = false }: { replace?: boolean }): Promise<void> {
  const infra = await import('@gridfleet/shared/infra');
  const databaseUrl = setting('DATABASE_URL', 'it says where to restore to');
  const redis = infra.connectRedis(setting('REDIS_URL', 'what it holds of the life before has to go'));
  redis.on('error', () => undefined);
  try {
    const alive = await infra.readWorkers(redis);
    if (alive.length > 0) {
      const names = alive.map(({ name }) => name).join(', ');
      throw new UserError(`Stop every worker and API first; these nodes are alive: ${names}.`);
    }
    const { head, rows, migrated, salt } = await asUserError(() =>
      infra.restore(databaseUrl, file, { replace }),
    );
    await infra.clearRedis(redis);
    const more = migrated.length === 0 ? '' : ` Migrated: ${migrated.join(', ')}.`;
    process.stdout.write(
      `Restored ${rows} rows of ${head.createdAt} (version ${head.version}).${more} New client order ids have the salt ` +
        `${salt}.\nThe platform is HALTED. Make sure that nothing else trades these keys, start API and workers, look at ` +
        'the reconciliation page for orders that are not in the books, then run "gridfleet resume".\n',
    );
  } finally {
    redis.disconnect();
  }
}

async function asUserError<T>(work: () => Promise<T>): Promise<T> {
  const { BackupError } = await import('@gridfleet/shared/infra');
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupError) throw new UserError(`${error.message}.`, { cause: error });
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UserError('The file exists already; a backup never replaces another.', { cause: error });
    throw error;
  }
}

/** Copies of the database. Redis needs none: all of it is built again. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description(
      'write the whole database to a file, as of one moment, while everything goes on (DATABASE_URL)',
    )
    .argument('<file>', 'file to make, e.g. gridfleet.backup')
    .action(runBackup);
  program
    .command('restore')
    .description('make the database what a backup says, HALTED until resumed (DATABASE_URL, REDIS_URL)')
    .argument('<file>', 'file that "gridfleet backup" has made')
    .option('--replace', 'throw away what is in the database now')
    .action(runRestore);
}
