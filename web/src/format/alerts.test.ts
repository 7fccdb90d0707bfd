import { describe, expect, it } from 'vitest';
import type { StrategyStatus } from '../api/types.js';
import { alertsOf, DEFAULT_LIMITS, severityOf } from './alerts.js';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');

function status(change: Partial<StrategyStatus> = {}): StrategyStatus {
  return {
    state: 'running',
    isRunning: true,
    updatedAt: '2026-01-31T11:59:58.000Z',
    range: 'in-range',
    pendingBuys: 5,
    pendingSells: 5,
    profit: { total: '-12.5' },
    lastError: null,
    ...change,
  } as StrategyStatus;
}
const codes = (change: Partial<StrategyStatus>, limits = {}): string[] =>
  alertsOf(status(change), { ...DEFAULT_LIMITS, ...limits }, NOW).map((alert) => alert.code);

describe('alerts of a strategy', () => {
  it('are none while it trades in range with fresh news', () => {
    expect(codes({})).toEqual([]);
  });

  it('name an error, a failure, waiting and a price out of range without any limit set', () => {
    expect(codes({ lastError: { code: 'X', message: 'x' } })).toEqual(['error']);
    expect(codes({ state: 'failed', isRunning: false })).toEqual(['failed']);
    expect(codes({ state: 'waiting', isRunning: false })).toEqual(['waiting']);
    expect(codes({ range: 'above-range' })).toEqual(['out-of-range']);
  });

  it('name silence only while running', () => {
    const updatedAt = '2026-01-31T11:59:40.000Z';
    expect(codes({ updatedAt })).toEqual(['stale']);
    expect(codes({ updatedAt, state: 'stopped', isRunning: false })).toEqual([]);
    expect(codes({ updatedAt }, { staleSeconds: null })).toEqual([]);
  });

  it('name a loss from the limit on, compared exactly', () => {
    expect(codes({}, { loss: '12.5' })).toEqual(['loss']);
    expect(codes({}, { loss: '12.500000000000000001' })).toEqual([]);
    expect(codes({}, { loss: 'much' })).toEqual([]);
  });

  it('name the share of sells from the limit on', () => {
    expect(codes({ pendingBuys: 1, pendingSells: 9 }, { sellSharePercent: 90 })).toEqual(['sell-share']);
    expect(codes({ pendingBuys: 0, pendingSells: 0 }, { sellSharePercent: 90 })).toEqual([]);
  });

  it('forget the last error of a strategy that is stopped', () => {
    const lastError = { code: 'X', message: 'x' };
    expect(codes({ state: 'stopped', isRunning: false, lastError })).toEqual([]);
  });

  it('are as bad as the worst of them', () => {
    const warning = alertsOf(status({ range: 'below-range' }), DEFAULT_LIMITS, NOW);
    const danger = alertsOf(status({ range: 'below-range', state: 'failed' }), DEFAULT_LIMITS, NOW);
    expect([severityOf([]), severityOf(warning), severityOf(danger)]).toEqual([0, 1, 2]);
  });
});
