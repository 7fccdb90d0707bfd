import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { Stop } from './stop.mjs';

/**
 * Whether an installation holds what the lock file asks for. Contents are compared rather than times, because a
 * checkout rewrites times; not where packages came from, which depends on the machine. Optional packages are skipped:
 * npm leaves out those of other platforms.
 */
export function packagesMatch(lock, installed) {
  const wanted = Object.entries(lock.packages ?? {}).filter(
    ([path, entry]) => path.includes('node_modules/') && !entry.optional && !entry.devOptional,
  );
  return wanted.every(([path, entry]) => {
    const found = installed.packages?.[path];
    return found !== undefined && found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // missing or cut short: the same as not installed
  }
}

/** Installs the npm packages of the lock file unless they are there already. */
export async function ensureNpmPackages(root = ROOT) {
  const lock = readJson(join(root, 'package-lock.json'));
  if (lock === undefined) throw new Stop('package-lock.json is missing or unreadable: restore it with git.');
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (installed !== undefined && packagesMatch(lock, installed)) return 'up to date';

  const args = ['ci', '--include=dev', '--loglevel=error', '--no-progress'];
  const { code, output } = await runCommand('npm', args, { cwd: root });
  if (code !== 0) {
    throw new Stop(`npm could not install the packages (npm ci, exit code ${code}):\n${output.trim()}`);
  }
  return 'installed';
}
