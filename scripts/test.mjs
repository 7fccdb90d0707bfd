import { findProgram } from '../cli/bin/programs.mjs';
import { nodeProblem } from './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';
import { createProgress } from './lib/progress.mjs';
import { Stop, runMain } from './lib/stop.mjs';
import { countTests, runFailed, summaryLine } from './lib/test-summary.mjs';
import { runVitest } from './lib/vitest-run.mjs';

/** `--quick` leaves out the end-to-end tests and with them the browser; everything else goes to Vitest. */
function readArguments(args) {
  const isQuick = args.includes('--quick');
  const rest = args.filter((arg) => arg !== '--quick');
  const projects = isQuick ? ['--project', 'unit', '--project', 'integration'] : [];
  return { isQuick, vitestArgs: [...projects, ...rest] };
}

await runMain(async () => {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const { isQuick, vitestArgs } = readArguments(process.argv.slice(2));
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;

  await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: !isQuick });
  console.log('[4/4] tests');

  const { code, report } = await runVitest(vitestArgs, {
    ...process.env,
    CHROMIUM_PATH: findProgram('chromium') ?? '',
  });
  const counts = countTests(report);
  if (code !== 0 && counts.failed === 0) console.log(`vitest ended with exit code ${code}; see above.`);
  console.log(summaryLine(counts));
  process.exitCode = runFailed(counts, code) ? 1 : 0;
});
