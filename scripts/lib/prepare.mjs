import { ensureBuild } from './build-all.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { checkSystemPrograms, ensureSystemPrograms } from './system-programs.mjs';

/**
 * Everything a checkout needs before anything of ours can run: npm packages and system programs side by side (both
 * mostly wait for downloads), then the build. Takes three steps of the progress.
 * @param needs see missingPrograms
 */
export async function prepare({ step, together }, needs) {
  checkSystemPrograms(needs);
  const programs = needs.browser ? 'Redis, MariaDB and Chromium programs' : 'Redis and MariaDB programs';
  await together({
    'npm packages': () => ensureNpmPackages(),
    [programs]: () => ensureSystemPrograms(needs),
  });
  await step('build', () => ensureBuild());
}
