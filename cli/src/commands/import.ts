import type { Command } from 'commander';
import { setting } from '../settings.js';
import { UserError } from '../user-error.js';

interface ImportFlags {
  owner?: string;
  dryRun?: boolean;
}

async function importAll({ owner, dryRun = false }: ImportFlags): Promise<void> {
  const infra = await import('@gridfleet/shared/infra');
  const { readPredecessor } = await import('../import/predecessor-rows.js');
  const { importPredecessor } = await import('../import/import-predecessor.js');
  const from = setting('PREDECESSOR_DATABASE_URL', 'it says where the database to take over is');
  const key = setting('PREDECESSOR_KEY', 'it opens the exchange keys in the database to take over');
  if (!/^[0-9a-f]{64}$/i.test(key)) throw new UserError('PREDECESSOR_KEY must be 64 hex digits.');
  const config = infra.loadConfig(process.env);
  const connection = await infra.connectForBackup(from);
  const database = await infra.connectDatabase(config.databaseUrl, 2);
  try {
    await infra.assertMigrated(database);
    const cipher = new infra.CredentialCipher(...infra.cipherKeys(config));
    const found = await readPredecessor(connection);
    const report = await importPredecessor(database, found, { cipher, key, owner: owner ?? null, dryRun });
    const { accounts, strategies, trades, present, skipped } = report;
    for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
    process.stdout.write(
      `${dryRun ? 'Would take over' : 'Taken over'}: ${accounts} accounts, ${strategies} strategies, ${trades} trades; ` +
        `${present} were here already.\n`,
    );
    if (dryRun || accounts === 0) return;
    process.stdout.write(
      'Accounts are inactive and strategies stopped. Stop the other system, cancel its orders, test each account, ' +
        'activate it, and start the strategies one by one.\n',
    );
  } finally {
    await connection.end();
    await database.destroy();
  }
}

/** Takes over from a predecessor. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description(
      'take over accounts, strategies and trades of an AresBot database (PREDECESSOR_DATABASE_URL, PREDECESSOR_KEY)',
    )
    .option('--owner <email>', 'everything becomes this user’s; otherwise it stays with whose it was')
    .option('--dry-run', 'say what would happen, change nothing')
    .action(importAll);
}
