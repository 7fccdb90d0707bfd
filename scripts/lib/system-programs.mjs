import { readFileSync } from 'node:fs';
import { findProgram } from '../../cli/bin/programs.mjs';
import { planInstall } from './install-plan.mjs';
import { runCommand } from './run-command.mjs';
import { Stop } from './stop.mjs';

/**
 * Which of the needed programs are missing. Servers given by URL are not needed.
 * @returns any of "redis", "mariadb", "chromium", "nginx"
 */
export function missingPrograms({ env, redisUrl, databaseUrl, browser }, find = findProgram) {
  const missing = [];
  if (!redisUrl && find('redis', env) === undefined) missing.push('redis');
  const mariadb = find('mariadb', env) !== undefined && find('mariadbInstall', env) !== undefined;
  if (!databaseUrl && !mariadb) missing.push('mariadb');
  // The whole test suite drives a browser and a gateway.
  if (browser && find('chromium', env) === undefined) missing.push('chromium');
  if (browser && find('nginx', env) === undefined) missing.push('nginx');
  return missing;
}

function readOsRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return ''; // not Linux, or a very bare one: the plan then only tells what is missing
  }
}

/** This machine, as far as installing programs goes; tests describe others. */
function thisMachine() {
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    osRelease: readOsRelease(),
    find: findProgram,
    run: runCommand,
  };
}

/**
 * Fails at once, before anything is downloaded, when programs are missing and the user has to install them.
 * @throws Stop with the command to run
 */
export function checkSystemPrograms(needs, { find, ...system } = thisMachine()) {
  const missing = missingPrograms(needs, find);
  const { sentence } = missing.length === 0 ? {} : planInstall({ ...system, missing });
  if (sentence !== undefined) throw new Stop(sentence);
}

function lastLines(output) {
  return output.trim().split('\n').slice(-15).join('\n');
}

/**
 * Finds the needed programs and, as root on a known Linux, installs what is missing. The packages may start servers of
 * their own on the usual ports; ours use other ports and folders, so nothing is done about those.
 */
export async function ensureSystemPrograms(needs, { find, run, ...system } = thisMachine()) {
  const missing = missingPrograms(needs, find);
  if (missing.length === 0) return 'found';

  const plan = planInstall({ ...system, missing });
  if (plan.sentence !== undefined) throw new Stop(plan.sentence);

  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const failures = [];
  for (const [command, ...args] of plan.commands) {
    const { code, output } = await run(command, args, { env });
    if (code !== 0) {
      failures.push(`"${[command, ...args].join(' ')}" failed with exit code ${code}:\n${lastLines(output)}`);
    }
  }
  // What counts is the result: a list of somebody else's that cannot be updated is no obstacle.
  const still = missingPrograms(needs, find);
  if (still.length > 0) {
    throw new Stop([...failures, `still missing after the installation: ${still.join(', ')}.`].join('\n\n'));
  }
  return `installed ${missing.join(', ')}`;
}
