import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Finding } from '../doctor/finding.js';
import { UserError } from '../user-error.js';
import { version } from '../version.js';

const MARKS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

async function examine(settings: string): Promise<Finding[]> {
  const { checkConfig, checkNode, checkSecretFile } = await import('../doctor/machine-checks.js');
  const { finding, config } = checkConfig(process.env);
  const own = [checkNode(process.version), finding, checkSecretFile(settings)];
  if (config === null) return own;
  const { checkDatabase } = await import('../doctor/database-checks.js');
  const { checkRedis } = await import('../doctor/redis-checks.js');
  const [database, redis] = await Promise.all([
    checkDatabase(config),
    checkRedis(config.redisUrl, version()),
  ]);
  return [...own, ...database, ...redis];
}

async function doctor({ json = false, settings }: { json?: boolean; settings: string }): Promise<void> {
  // Variables that are set already win over the file.
  if (existsSync(settings)) process.loadEnvFile(settings);
  const findings = await examine(settings);
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const { what, verdict, says, do: todo } of findings) {
      process.stdout.write(`${MARKS[verdict]}  ${what}: ${says}\n`);
      if (todo !== undefined) process.stdout.write(`      -> ${todo}\n`);
    }
  }
  const failed = findings.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) throw new UserError(`${failed.length} of ${findings.length} checks failed.`);
}

/** Looks at everything a process needs, and says what to do. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check configuration, servers, clock, permissions and versions, and say what to do')
    .option('--settings <file>', 'file with settings; those of the environment win', '.env')
    .option('--json', 'machine-readable')
    .action(doctor);
}
