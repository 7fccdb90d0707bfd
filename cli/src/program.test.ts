import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCli } from './program.js';

let printed: string;

beforeEach(() => {
  printed = '';
  const keep = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('the command line', () => {
  test('help lists every command and succeeds', async () => {
    expect(await runCli(['--help'])).toBe(0);
    for (const name of [
      'up',
      'sim',
      'api',
      'worker',
      'migrate',
      'drain',
      'undrain',
      'plan',
      'backtest',
      'sweep',
      'suggest',
      'version',
    ]) {
      expect(printed).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  test.each([['version'], ['--version']])('%s prints the version', async (arg) => {
    expect(await runCli([arg])).toBe(0);
    expect(printed).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    ['an unknown command', ['updown'], /unknown command 'updown'/],
    ['an unknown flag', ['up', '--bogus'], /unknown option '--bogus'/],
    ['a wrong value', ['up', '--port', 'x'], /whole number from 0 to 65535/],
    ['a stray word', ['sim', 'fast'], /too many arguments/],
  ])('%s is refused with one sentence and exit code 2', async (_what, args, sentence) => {
    expect(await runCli(args)).toBe(2);
    expect(printed).toMatch(sentence);
  });

  test('no command at all shows the help and is not a success', async () => {
    expect(await runCli([])).toBe(2);
    expect(printed).toContain('Usage: gridfleet');
  });

  test('draining needs to know where the fleet is', async () => {
    vi.stubEnv('REDIS_URL', '');
    expect(await runCli(['drain', 'node-1'])).toBe(1);
    expect(printed).toBe('gridfleet: REDIS_URL is not set: it says where the fleet keeps its state.\n');
    expect(await runCli(['drain'])).toBe(2);
  });

  test('a missing setting is one sentence without a stack', async () => {
    vi.stubEnv('DATABASE_URL', '');
    expect(await runCli(['migrate'])).toBe(1);
    expect(printed).toBe('gridfleet: DATABASE_URL is not set: it says which database to migrate.\n');
  });
});
