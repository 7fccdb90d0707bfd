import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isBuildCurrent, sourceHash, writeBuildStamp } from './build-stamp.mjs';
import { ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { Stop } from './stop.mjs';

/** Runs a build tool of node_modules with this Node.js, without npx and its start-up time. */
async function runTool(title, script, args, cwd) {
  const { code, output } = await runCommand(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd,
  });
  return { title, code, output };
}

/**
 * Compiles every package and the web UI side by side; does nothing when the sources have not changed.
 * @param isFull compile in any case and check all types. Without it types are taken as right, which is three times as
 *   fast; whoever changes the code has "npm run typecheck" for them.
 */
export async function ensureBuild({ isFull = false } = {}) {
  // Taken before building: a file saved meanwhile makes the stamp stale instead of hiding the change.
  const hash = sourceHash(ROOT);
  if (!isFull && isBuildCurrent(ROOT, hash)) return 'up to date';

  const web = join(ROOT, 'web');
  const compilerArgs = isFull ? ['-b'] : ['-b', '--noCheck'];
  const builds = [runTool('TypeScript build (tsc -b)', 'typescript/bin/tsc', compilerArgs, ROOT)];
  if (existsSync(join(web, 'index.html'))) {
    builds.push(runTool('web build (vite build)', 'vite/bin/vite.js', ['build', '--logLevel', 'warn'], web));
  }
  const failed = (await Promise.all(builds)).filter((result) => result.code !== 0);
  if (failed.length > 0) {
    throw new Stop(failed.map(({ title, output }) => `${title} failed:\n${output.trim()}`).join('\n\n'));
  }
  writeBuildStamp(ROOT, hash);
  return 'built';
}
