import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders where package managers put servers but which are often missing from a user's PATH. */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/libexec',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/opt/homebrew/opt/redis/bin',
  '/usr/local/opt/mariadb/bin',
  '/usr/local/opt/redis/bin',
];

const MACOS_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** What each program may be called, best name first. */
const NAMES = {
  redis: ['redis-server', 'valkey-server'],
  mariadb: ['mariadbd', 'mysqld'],
  mariadbInstall: ['mariadb-install-db', 'mysql_install_db'],
  nginx: ['nginx'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', ...MACOS_BROWSERS],
};

/** The variable that names a program's full path, for machines that keep it elsewhere. */
const OVERRIDES = {
  redis: 'REDIS_SERVER_PATH',
  mariadb: 'MARIADBD_PATH',
  mariadbInstall: 'MARIADB_INSTALL_DB_PATH',
  chromium: 'CHROMIUM_PATH',
  nginx: 'NGINX_PATH',
};

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Full path of a program: its override variable, then PATH, then the usual folders; undefined when not installed.
 * Plain JavaScript because the bootstrap needs it before anything is installed or built.
 */
export function findProgram(program, env = process.env, usualFolders = USUAL_FOLDERS) {
  const override = env[OVERRIDES[program]];
  if (override) return isExecutable(override) ? override : undefined;
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...usualFolders];
  for (const name of NAMES[program]) {
    if (name.startsWith('/')) {
      if (isExecutable(name)) return name;
      continue;
    }
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}
