import { join } from 'node:path';
import { nodeProblem } from './lib/node-version.mjs';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { createProgress } from './lib/progress.mjs';
import { runCommand } from './lib/run-command.mjs';
import { Stop, runMain } from './lib/stop.mjs';

/** Recorded sessions live and in the backtest, side by side. See docs/parity.md. */
await runMain(async () => {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: false });
  console.log('[4/4] parity');

  const runner = join(ROOT, 'tests', 'harness', 'run-typescript.mjs');
  const main = join(ROOT, 'tests', 'parity', 'main.ts');
  const args = [runner, main, ...process.argv.slice(2)];
  const { code } = await runCommand(process.execPath, args, { cwd: ROOT, inherit: true });
  process.exitCode = code;
});
