import { describe, expect, test } from 'vitest';
import { checkSystemPrograms, ensureSystemPrograms, missingPrograms } from './system-programs.mjs';

const having =
  (...programs) =>
  (program) =>
    programs.includes(program) ? `/usr/bin/${program}` : undefined;
const needs = { env: {}, redisUrl: undefined, databaseUrl: undefined, browser: false };

describe('which programs are missing', () => {
  test('nothing when all are there', () => {
    expect(missingPrograms(needs, having('redis', 'mariadb', 'mariadbInstall'))).toEqual([]);
  });

  test('both servers on a bare machine, and the browser only when it is asked for', () => {
    expect(missingPrograms(needs, having())).toEqual(['redis', 'mariadb']);
    expect(missingPrograms({ ...needs, browser: true }, having())).toEqual([
      'redis',
      'mariadb',
      'chromium',
      'nginx',
    ]);
  });

  test('a server without its installer counts as missing', () => {
    expect(missingPrograms(needs, having('redis', 'mariadb'))).toEqual(['mariadb']);
  });

  test('a server given by address is not needed', () => {
    expect(missingPrograms({ ...needs, redisUrl: 'redis://db' }, having())).toEqual(['mariadb']);
    expect(missingPrograms({ ...needs, databaseUrl: 'mysql://db/x' }, having())).toEqual(['redis']);
  });
});

describe('installing what is missing', () => {
  /** A Debian machine whose apt-get installs, or does not. */
  function debian({ isRoot = true, fails, installs = true } = {}) {
    const ran = [];
    const machine = {
      platform: 'linux',
      isRoot,
      osRelease: 'ID=debian',
      find: (program) =>
        installs && ran.some((line) => line.includes('install')) ? `/usr/bin/${program}` : undefined,
      run: async (command, args, { env }) => {
        ran.push([command, ...args].join(' '));
        expect(env.DEBIAN_FRONTEND).toBe('noninteractive');
        return args[0] === fails ? { code: 100, output: 'E: no network' } : { code: 0, output: '' };
      },
    };
    return { machine, ran };
  }

  test('runs the package manager once for all of it', async () => {
    const { machine, ran } = debian();
    expect(await ensureSystemPrograms({ ...needs, browser: true }, machine)).toBe(
      'installed redis, mariadb, chromium, nginx',
    );
    expect(ran).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends redis-server mariadb-server chromium nginx',
    ]);
  });

  test('runs nothing when everything is there', async () => {
    const { machine, ran } = debian();
    const find = having('redis', 'mariadb', 'mariadbInstall');
    expect(await ensureSystemPrograms(needs, { ...machine, find })).toBe('found');
    expect(ran).toEqual([]);
  });

  test('runs nothing and says the command when not root', async () => {
    const { machine, ran } = debian({ isRoot: false });
    await expect(ensureSystemPrograms(needs, machine)).rejects.toThrow(
      /^Redis and MariaDB are missing; run this/,
    );
    expect(ran).toEqual([]);
  });

  test('can be known to need the user before anything is done', () => {
    expect(() => checkSystemPrograms(needs, debian({ isRoot: false }).machine)).toThrow(/sudo apt-get/);
    expect(() => checkSystemPrograms(needs, debian().machine)).not.toThrow();
  });

  test('shows the end of what a failing package manager printed', async () => {
    const { machine } = debian({ fails: 'install', installs: false });
    await expect(ensureSystemPrograms(needs, machine)).rejects.toThrow('exit code 100:\nE: no network');
  });

  test('goes on when only the lists could not be updated', async () => {
    const { machine } = debian({ fails: 'update' });
    expect(await ensureSystemPrograms(needs, machine)).toBe('installed redis, mariadb');
  });

  test('fails when the programs are still not there afterwards', async () => {
    const { machine } = debian({ installs: false });
    await expect(ensureSystemPrograms(needs, machine)).rejects.toThrow('still missing');
  });
});
