import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeProblem } from './lib/node-version.mjs';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { createProgress } from './lib/progress.mjs';
import { Stop, runMain } from './lib/stop.mjs';

await runMain(async () => {
  const startedAt = Date.now();
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const envFile = join(ROOT, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);

  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl } = process.env;
  await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: false });
  console.log('[4/4] gridfleet up');

  // In this very process, so that Ctrl-C, a closed terminal and the exit code need no forwarding.
  const bin = join(ROOT, 'cli', 'bin', 'gridfleet.js');
  process.env.GRIDFLEET_STARTED_AT ??= String(startedAt);
  process.argv = [process.argv[0], bin, 'up', ...process.argv.slice(2)];
  await import(pathToFileURL(bin).href);
});
