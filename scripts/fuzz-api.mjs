import { parseArgs } from 'node:util';
import { nodeProblem } from './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';
import { createProgress } from './lib/progress.mjs';
import { Stop, runMain } from './lib/stop.mjs';
import { runVitest } from './lib/vitest-run.mjs';

/** Hostile requests against the API: `--requests N --seed S`. See docs/api.md. */
await runMain(async () => {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
    },
  });
  for (const [name, text] of Object.entries(values)) {
    if (!/^\d{1,9}$/.test(text)) throw new Stop(`--${name} must be a whole number, not "${text}".`);
  }
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: false });
  console.log('[4/4] hostile requests');
  const { code } = await runVitest(['--project', 'integration', 'api/src/http/fuzz.int.test.ts'], {
    ...process.env,
    FUZZ_REQUESTS: values.requests,
    FUZZ_SEED: values.seed,
  });
  process.exitCode = code;
});
