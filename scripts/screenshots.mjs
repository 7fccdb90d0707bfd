import { join } from 'node:path';
import { nodeProblem } from './lib/node-version.mjs';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { createProgress } from './lib/progress.mjs';
import { runCommand } from './lib/run-command.mjs';
import { Stop, runMain } from './lib/stop.mjs';

/** Renews the pictures in docs/screenshots/; `-- --serve` keeps the showcase running to be looked at instead. */
await runMain(async () => {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: true });
  console.log('[4/4] pictures');

  const runner = join(ROOT, 'tests', 'harness', 'run-typescript.mjs');
  const args = [runner, join(ROOT, 'tests', 'screenshots', 'take.ts'), ...process.argv.slice(2)];
  const { code } = await runCommand(process.execPath, args, { cwd: ROOT, inherit: true });
  process.exitCode = code;
});
