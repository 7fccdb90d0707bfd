import { ensureBuild } from './lib/build-all.mjs';
import { nodeProblem } from './lib/node-version.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { createProgress } from './lib/progress.mjs';
import { Stop, runMain } from './lib/stop.mjs';

await runMain(async () => {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Stop(problem);
  const { step } = createProgress(2);
  await step('npm packages', () => ensureNpmPackages());
  await step('build', () => ensureBuild({ isFull: true }));
});
