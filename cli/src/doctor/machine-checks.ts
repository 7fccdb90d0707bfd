import { existsSync, statSync } from 'node:fs';
import { loadConfig, type Config } from '@gridfleet/shared/infra';
import { compareVersions, fail, ok, warn, type Finding } from './finding.js';

const NODE = '20.19.0';
/** Bits of a file's mode that let others read it. */
const OTHERS = 0o077;

export function checkNode(version: string): Finding {
  const present = version.replace(/^v/, '');
  return compareVersions(present, NODE) >= 0
    ? ok('Node.js', present)
    : fail('Node.js', `${present} is too old`, `Install Node.js ${NODE} or newer.`);
}

/** The configuration as every process would read it. */
export function checkConfig(env: NodeJS.ProcessEnv): { finding: Finding; config: Config | null } {
  try {
    const config = loadConfig(env);
    return { finding: ok('configuration', 'every setting is valid'), config };
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    const todo = `Set it in the environment or in .env (.env.example lists every setting).`;
    return { finding: fail('configuration', says, todo), config: null };
  }
}

/** Secrets in files are their owner's alone. */
export function checkSecretFile(path: string): Finding {
  if (!existsSync(path)) return ok('permissions', `${path} is not there, so nobody can read it`);
  const mode = statSync(path).mode & 0o777;
  return (mode & OTHERS) === 0
    ? ok('permissions', `${path} is readable by its owner only`)
    : warn(
        'permissions',
        `${path} can be read by others (mode ${mode.toString(8)})`,
        `Run: chmod 600 ${path}`,
      );
}
