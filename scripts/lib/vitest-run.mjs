import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/** Runs Vitest on this terminal and returns its exit code with its JSON report (empty when there is none). */
export async function runVitest(args, env) {
  const folder = join(ROOT, '.gridfleet');
  const reportFile = join(folder, `test-report-${process.pid}.json`);
  mkdirSync(folder, { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const script = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const { code } = await runCommand(process.execPath, [script, 'run', ...reporters, ...args], {
    cwd: ROOT,
    env,
    inherit: true,
  });
  try {
    return { code, report: JSON.parse(readFileSync(reportFile, 'utf8')) };
  } catch {
    return { code: code === 0 ? 1 : code, report: {} }; // Vitest ended before it could report
  } finally {
    rmSync(reportFile, { force: true });
  }
}
