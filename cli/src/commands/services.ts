import type { Command } from 'commander';
import { UserError } from '../user-error.js';

/** The long-running parts, each as one process. Loaded only when asked for: starting one must not need the others. */
export function addServiceCommands(program: Command): void {
  program
    .command('api')
    .description('serve the REST API and the web UI (settings come from environment variables)')
    .action(async () => {
      const { runApi } = await import('@gridfleet/api');
      await runApi(process.env);
    });

  program
    .command('worker')
    .description('run strategies as one node (settings come from environment variables)')
    .action(async () => {
      const { runWorker } = await import('@gridfleet/worker');
      await runWorker(process.env);
    });

  program
    .command('migrate')
    .description('bring the database at DATABASE_URL to the current schema')
    .action(async () => {
      const databaseUrl = process.env['DATABASE_URL'];
      if (!databaseUrl) throw new UserError('DATABASE_URL is not set: it says which database to migrate.');
      const { migrate } = await import('@gridfleet/shared/infra');
      const done = await migrate(databaseUrl);
      process.stdout.write(done.length === 0 ? 'The schema is current.\n' : `Migrated: ${done.join(', ')}\n`);
    });

  program
    .command('rotate-keys')
    .description(
      'seal every exchange credential anew: ENCRYPTION_KEY is the new key, ENCRYPTION_KEY_OLD the old one',
    )
    .action(async () => {
      const infra = await import('@gridfleet/shared/infra');
      const config = infra.loadConfig(process.env);
      if (config.encryptionKeyOld === null)
        throw new UserError('ENCRYPTION_KEY_OLD is not set: it opens the credentials that are stored.');
      const source = await infra.connectDatabase(config.databaseUrl, 2);
      try {
        const cipher = new infra.CredentialCipher(...infra.cipherKeys(config));
        const { rotated, current, unreadable } = await infra.rotateCredentials(source, cipher);
        process.stdout.write(`${rotated} credentials sealed anew, ${current} had the new key already.\n`);
        if (unreadable.length > 0)
          throw new UserError(`Neither key opens: ${unreadable.join(', ')}. Store these credentials again.`);
      } finally {
        await source.destroy();
      }
    });
}
