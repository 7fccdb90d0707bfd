import { join } from 'node:path';
import { nodeProblem } from './node-version.mjs';
import { ROOT } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { createProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { Stop, runMain } from './stop.mjs';

/**
 * Installs and builds what a checkout needs, then runs a TypeScript file below `tests/` from source, with the arguments
 * of this process; ends with its exit code.
 * @param name what it is called in the progress
 * @param file path parts below `tests/`
 */
export async function runCampaign(name, ...file) {
  await runMain(async () => {
    const problem = nodeProblem(process.versions.node);
    if (problem) throw new Stop(problem);
    const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
    await prepare(createProgress(4), { env: process.env, redisUrl, databaseUrl, browser: false });
    console.log(`[4/4] ${name}`);

    const runner = join(ROOT, 'tests', 'harness', 'run-typescript.mjs');
    const args = [runner, join(ROOT, 'tests', ...file), ...process.argv.slice(2)];
    const { code } = await runCommand(process.execPath, args, { cwd: ROOT, inherit: true });
    process.exitCode = code;
  });
}
