import { describe, expect, it } from 'vitest';
import { createLogger } from '@gridfleet/shared/infra';
import { ClockWatch } from './clock-watch.js';

const log = createLogger('test', 'fatal');

/** A machine whose clocks, round trip and distance from the exchange the test moves. */
class Machine {
  wall = 1_700_000_000_000;
  monotonic = 0;
  /** Exchange's time minus the machine's. */
  ahead = 0;
  /** Time a question takes, one half each way; used up in turn, then 0. */
  trips: number[] = [];
  asked = 0;
  down = false;

  readonly clock = new ClockWatch({
    ask: async () => {
      if (this.down) throw new Error('no answer');
      this.asked += 1;
      const trip = this.trips.shift() ?? 0;
      this.pass(trip / 2);
      const time = this.wall + this.ahead;
      this.pass(trip / 2);
      return Promise.resolve(time);
    },
    log,
    wall: () => this.wall,
    monotonic: () => this.monotonic,
  });

  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

describe('the difference from the exchange’s clock', () => {
  it('is the median of five samples, half the round trip allowed for', async () => {
    const machine = new Machine();
    machine.ahead = 300;
    machine.trips = [20, 900, 40, 10, 4_000];
    await machine.clock.measure();
    expect(machine.asked).toBe(5);
    expect(machine.clock.now() - machine.wall).toBe(300);
    expect(machine.clock.problem()).toBeNull();
  });

  it('unknown, nothing is signed', () => {
    expect(() => new Machine().clock.assertSafe()).toThrow(
      expect.objectContaining({ name: 'NotSentError', code: 'CLOCK_UNSAFE' }),
    );
  });

  it.each([
    [999, false],
    [1_001, true],
    [-999, false],
    [-1_001, true],
    [3_600_000, true],
  ])('of %i ms stops signing: %s', async (ahead, stops) => {
    const machine = new Machine();
    machine.ahead = ahead;
    await machine.clock.measure();
    expect(machine.clock.problem() !== null).toBe(stops);
  });

  it.each([2_000, -2_000, 3_600_000, -3_600_000])(
    'after a jump of the wall clock by %i ms is unknown until it is measured again',
    async (jump) => {
      const machine = new Machine();
      await machine.clock.measure();
      machine.pass(30_000);
      expect(machine.clock.problem()).toBeNull();
      machine.wall += jump;
      machine.ahead -= jump;
      expect(() => machine.clock.assertSafe()).toThrow(/jumped/);
      await machine.clock.measure();
      // Now it is known, and far too large: the machine's clock must be set.
      expect(machine.clock.problem()).toMatch(/ahead of the exchange/);
      machine.wall -= jump;
      machine.ahead += jump;
      await machine.clock.measure();
      expect(machine.clock.problem()).toBeNull();
    },
  );

  it('asks once however many ask for it', async () => {
    const machine = new Machine();
    await Promise.all([machine.clock.measure(), machine.clock.measure(), machine.clock.measure()]);
    expect(machine.asked).toBe(5);
  });

  it('stays as it was while the exchange does not answer', async () => {
    const machine = new Machine();
    machine.ahead = 200;
    await machine.clock.measure();
    machine.down = true;
    await expect(machine.clock.measure()).rejects.toThrow('no answer');
    expect(machine.clock.now() - machine.wall).toBe(200);
  });
});
