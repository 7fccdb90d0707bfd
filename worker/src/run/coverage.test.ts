import type { LevelView } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { Coverage } from './coverage.js';

function level(state: LevelView['state'], code: string | null = null): LevelView {
  const reason = code === null ? null : { code, message: code };
  const prices = { buyPrice: '1', sellPrice: '2', price: '1', quantity: '1' };
  return { slot: 0, side: 'buy', ...prices, state, reason, cycles: 0 };
}

describe('cell coverage', () => {
  it('is unknown before any cell was due', () => {
    const coverage = new Coverage();
    coverage.observe([level('waiting', 'VIRTUAL')], 0);
    coverage.observe([], 1_000);
    expect(coverage.share).toBeNull();
  });

  it('weighs each state of the cells by its time', () => {
    const coverage = new Coverage();
    coverage.observe([level('resting'), level('in-flight')], 0);
    coverage.observe([level('resting'), level('resting')], 1_000);
    coverage.observe([], 4_000);
    // 1 of 2 for a second, 2 of 2 for three: 7 of 8.
    expect(coverage.share).toBe('0.875');
  });

  it('counts refused and frozen cells against it, and not those that wait for the price', () => {
    const coverage = new Coverage();
    const cells = [
      level('resting'),
      level('frozen'),
      level('waiting', 'FUNDS_RESERVED'),
      level('waiting', 'EMPTY'),
    ];
    coverage.observe(cells, 0);
    coverage.pause(900);
    expect(coverage.share).toBe('0.333333');
  });

  it('goes on counting while nothing changes, and not while nothing is due', () => {
    const coverage = new Coverage();
    coverage.observe([level('resting'), level('in-flight')], 0);
    coverage.pass(1_000);
    expect(coverage.share).toBe('0.5');
    coverage.pass(3_000);
    coverage.observe([level('resting')], 4_000);
    coverage.pause(8_000);
    coverage.pass(20_000);
    // 4 of 8 cell-seconds, then 4 of 4.
    expect(coverage.share).toBe('0.666667');
  });

  it('stands still while the strategy is paused', () => {
    const coverage = new Coverage();
    coverage.observe([level('resting')], 0);
    coverage.pause(1_000);
    coverage.observe([level('waiting', 'FUNDS_RESERVED')], 10_000);
    coverage.observe([], 11_000);
    expect(coverage.share).toBe('0.5');
  });
});
