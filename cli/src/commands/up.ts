import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parsePort } from '../arguments.js';
import { ROOT } from '../up/home.js';

/** Everything on one machine, with a demo. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description(
      'start everything on this machine: databases, simulator, API, one worker, web UI and a demo grid',
    )
    .option('--fresh', 'remove the demo data of earlier starts first')
    .option(
      '--port <number>',
      'port of the web UI and the API (default: 8420, or the next free one)',
      parsePort,
    )
    .action(async (flags: { fresh?: boolean; port?: number }) => {
      // Variables that are set already win over the file.
      const envFile = join(ROOT, '.env');
      if (existsSync(envFile)) process.loadEnvFile(envFile);
      const { runUp } = await import('../up/run-up.js');
      await runUp(flags, process.env);
    });
}
