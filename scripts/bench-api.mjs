import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeProblem } from './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';
import { createProgress } from './lib/progress.mjs';
import { Stop, runMain } from './lib/stop.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** How fast the API answers over many strategies and fills: `--strategies N --running N --fills N`. See docs/api.md. */
await runMain(async () => {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: false });
  console.log('[4/4] measuring');
  const { status } = spawnSync(
    process.execPath,
    ['tests/harness/run-typescript.mjs', 'tests/api-bench/main.ts', ...process.argv.slice(2)],
    { cwd: ROOT, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
});
