import { describe, expect, test } from 'vitest';
import { distributionNames, planInstall } from './install-plan.mjs';

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';
const FEDORA = 'NAME="Fedora Linux"\nID=fedora\n';
const ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n';
const ALPINE = 'ID=alpine\n';

const plan = (overrides) =>
  planInstall({
    platform: 'linux',
    isRoot: true,
    osRelease: DEBIAN,
    missing: ['redis', 'mariadb'],
    ...overrides,
  });

describe('how missing programs are installed', () => {
  test('root on Debian updates the lists and installs only what is missing, without extras', () => {
    expect(plan({ missing: ['mariadb'] })).toEqual({
      commands: [
        ['apt-get', 'update'],
        ['apt-get', 'install', '-y', '--no-install-recommends', 'mariadb-server'],
      ],
    });
  });

  test('a relative of Debian is treated as Debian', () => {
    expect(plan({ osRelease: MINT }).commands?.[1]).toContain('redis-server');
  });

  test.each([FEDORA, ROCKY])('root on Fedora and its relatives uses dnf', (osRelease) => {
    expect(plan({ osRelease, missing: ['redis', 'mariadb', 'chromium'] })).toEqual({
      commands: [
        ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', 'redis', 'mariadb-server', 'chromium'],
      ],
    });
  });

  test('others than root get one line to copy and nothing is run', () => {
    const { commands, sentence } = plan({ isRoot: false });
    expect(commands).toBeUndefined();
    expect(sentence).toBe(
      'Redis and MariaDB are missing; run this, then try again:  sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server mariadb-server',
    );
  });

  test('macOS gets a brew line, root or not', () => {
    for (const isRoot of [true, false]) {
      const { commands, sentence } = plan({ platform: 'darwin', isRoot, osRelease: '' });
      expect(commands).toBeUndefined();
      expect(sentence).toMatch(/brew install redis mariadb$/);
    }
  });

  test('on macOS the browser is a cask', () => {
    const { sentence } = plan({ platform: 'darwin', osRelease: '', missing: ['redis', 'chromium'] });
    expect(sentence).toMatch(/brew install redis && brew install --cask chromium$/);
  });

  test('an unknown system is told what is missing, even as root', () => {
    const { commands, sentence } = plan({ osRelease: ALPINE, missing: ['redis'] });
    expect(commands).toBeUndefined();
    expect(sentence).toMatch(/^Redis is missing: /);
  });

  test('names of the distribution come from ID and ID_LIKE, quoted or not', () => {
    expect(distributionNames(ROCKY)).toEqual(['rocky', 'rhel', 'centos', 'fedora']);
    expect(distributionNames('VERSION_ID="12"\n')).toEqual([]);
  });
});
