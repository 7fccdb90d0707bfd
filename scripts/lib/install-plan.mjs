/** Names of the operating system's packages per package manager. */
const PACKAGES = {
  apt: { redis: 'redis-server', mariadb: 'mariadb-server', chromium: 'chromium', nginx: 'nginx' },
  dnf: { redis: 'redis', mariadb: 'mariadb-server', chromium: 'chromium', nginx: 'nginx' },
  brew: { redis: 'redis', mariadb: 'mariadb', chromium: 'chromium', nginx: 'nginx' },
};

/** What each program is to a reader. */
const WORDS = { redis: 'Redis', mariadb: 'MariaDB', chromium: 'Chromium', nginx: 'nginx' };

const DEBIAN_LIKE = new Set(['debian', 'ubuntu']);
const FEDORA_LIKE = new Set(['fedora', 'rhel', 'centos']);

/** Reads ID and ID_LIKE of an os-release file into a list of names, e.g. ["ubuntu", "debian"]. */
export function distributionNames(osRelease) {
  const names = [];
  for (const line of osRelease.split('\n')) {
    const match = /^(?:ID|ID_LIKE)=(.*)$/.exec(line.trim());
    if (match) names.push(...match[1].replaceAll('"', '').split(/\s+/).filter(Boolean));
  }
  return names;
}

function packageManager(platform, names) {
  if (platform === 'darwin') return 'brew';
  if (platform !== 'linux') return undefined;
  if (names.some((name) => DEBIAN_LIKE.has(name))) return 'apt';
  if (names.some((name) => FEDORA_LIKE.has(name))) return 'dnf';
  return undefined;
}

/** Chrome is an application on macOS and not a formula, so brew needs --cask for it. */
function brewCommand(missing) {
  const formulas = missing.filter((name) => name !== 'chromium').map((name) => PACKAGES.brew[name]);
  const commands = [];
  if (formulas.length > 0) commands.push(`brew install ${formulas.join(' ')}`);
  if (missing.includes('chromium')) commands.push(`brew install --cask ${PACKAGES.brew.chromium}`);
  return commands.join(' && ');
}

function joinWords(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * Decides how missing programs get onto this machine.
 * @param missing any of "redis", "mariadb", "chromium", "nginx"; not empty
 * @returns `{ commands }` to run when root on a known Linux, else `{ sentence }` with the one command for the user
 */
export function planInstall({ platform, isRoot, osRelease, missing }) {
  const manager = packageManager(platform, distributionNames(osRelease));
  const words = joinWords(missing.map((name) => WORDS[name]));
  const verb = missing.length === 1 ? 'is' : 'are';
  if (manager === undefined) {
    return {
      sentence: `${words} ${verb} missing: install with your system's package manager, then run this again.`,
    };
  }
  if (manager === 'brew') {
    return { sentence: `${words} ${verb} missing; run this, then try again:  ${brewCommand(missing)}` };
  }
  const packages = missing.map((name) => PACKAGES[manager][name]);
  const commands =
    manager === 'apt'
      ? [
          ['apt-get', 'update'],
          ['apt-get', 'install', '-y', '--no-install-recommends', ...packages],
        ]
      : [['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...packages]];
  if (isRoot) return { commands };
  const line = commands.map((command) => `sudo ${command.join(' ')}`).join(' && ');
  return { sentence: `${words} ${verb} missing; run this, then try again:  ${line}` };
}
