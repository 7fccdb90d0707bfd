import { describe, expect, test } from 'vitest';
import { simulatorArguments } from './sim.js';

describe('what the simulator is started with', () => {
  test('every file is named, in order', () => {
    expect(simulatorArguments({ replay: ['a', 'b'] })).toEqual(['--replay', 'a', '--replay', 'b']);
  });

  test('markets and venues are repeated too', () => {
    const flags = { market: ['A=manual:1', 'B=manual:2'], venue: ['binance', 'b:/b'], fill: 'touch' };
    expect(simulatorArguments(flags).join(' ')).toBe(
      '--market A=manual:1 --market B=manual:2 --venue binance --venue b:/b --fill touch',
    );
  });

  test('--replay without a file means the bundled recording, like no --replay at all', () => {
    expect(simulatorArguments({ replay: true })).toEqual([]);
    expect(simulatorArguments({})).toEqual([]);
  });

  test('other flags are handed on with their values', () => {
    const flags = { loop: true, paused: true, speed: 0.5, port: 0, host: '127.0.0.1', state: 'f', seed: 7 };
    expect(simulatorArguments({ ...flags, accounts: 'g', weight: 90_000 }).join(' ')).toBe(
      '--loop --paused --speed 0.5 --port 0 --host 127.0.0.1 --state f --seed 7 --accounts g --weight 90000',
    );
  });
});
