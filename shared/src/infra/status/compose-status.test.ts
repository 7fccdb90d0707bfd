import { describe, expect, test } from 'vitest';
import type { RunState } from '../../schema/strategy.js';
import type { RunRow } from '../database/entities/strategy.js';
import { composeStatus, type StatusSources } from './compose-status.js';
import { NO_FIGURES } from './figures.js';
import type { LiveStatus } from './live-status.js';

const TIME = new Date('2026-01-31T12:00:00.000Z');

const run = (change: Partial<RunRow> = {}): RunRow => ({
  id: 7,
  strategyId: 1,
  state: 'running',
  reasonCode: null,
  reasonMessage: null,
  node: 'n1',
  fence: '3',
  requestedAt: TIME,
  startedAt: TIME,
  stoppedAt: null,
  ...change,
});

const live = (change: Partial<LiveStatus> = {}): LiveStatus => ({
  ...NO_FIGURES,
  runId: 7,
  jobId: 'run-7',
  fence: 4,
  workerName: 'n1',
  workerIp: '10.0.0.1',
  workerHostname: 'host',
  state: 'running',
  reason: null,
  startedAt: TIME.toISOString(),
  updatedAt: TIME.toISOString(),
  currentPrice: '100',
  position: '2',
  coverage: null,
  lastError: null,
  paramsRevision: 1,
  ...change,
});

const status = (change: Partial<StatusSources> = {}) =>
  composeStatus({
    strategy: { id: 1, desiredState: 'running', currentRunId: 7 },
    run: run(),
    live: live(),
    leased: true,
    stored: { ...NO_FIGURES, position: '1' },
    ...change,
  });
const stopped = { id: 1, desiredState: 'stopped', currentRunId: 7 } as const;

describe('a status', () => {
  test('of a strategy never started is stopped, without a reason', () => {
    const never = status({
      strategy: { ...stopped, currentRunId: null },
      run: null,
      live: null,
      leased: false,
    });
    expect(never).toMatchObject({
      state: 'stopped',
      reason: null,
      isRunning: false,
      runId: null,
      jobId: null,
    });
  });

  test('takes state and figures of the node that holds the lease', () => {
    const waiting = live({ state: 'waiting', reason: { code: 'BANNED', message: 'Banned until noon.' } });
    expect(status({ live: waiting })).toMatchObject({
      state: 'waiting',
      reason: { code: 'BANNED' },
      fence: 4,
      workerName: 'n1',
      position: '2',
      currentPrice: '100',
    });
  });

  test('takes the figures of MySQL when no node reports', () => {
    expect(status({ live: null })).toMatchObject({ state: 'running', position: '1', currentPrice: null });
  });

  test('of a run nobody holds says so, and names no node', () => {
    const orphan = status({ leased: false });
    expect(orphan).toMatchObject({ state: 'waiting', reason: { code: 'NO_LEASE' }, workerName: null });
    expect(orphan.isRunning).toBe(true);
  });

  test.each<RunState>(['queued', 'claiming', 'recovering', 'running', 'waiting'])(
    'of a run in state %s that shall stop is stopping',
    (state) => {
      for (const leased of [true, false]) {
        expect(status({ strategy: stopped, run: run({ state }), live: null, leased })).toMatchObject({
          state: 'stopping',
          isRunning: true,
        });
      }
    },
  );

  test('of a run that has ended is final, whatever an old report says', () => {
    const failed = run({ state: 'failed', reasonCode: 'CRASH_LOOP', reasonMessage: 'Too often.' });
    expect(status({ run: failed })).toMatchObject({
      state: 'failed',
      isRunning: false,
      reason: { code: 'CRASH_LOOP', message: 'Too often.' },
      workerName: null,
      jobId: null,
    });
  });

  test('of a run that has ended shows what MySQL has until its last report has arrived', () => {
    const ended = run({ state: 'stopped' });
    expect(status({ run: ended })).toMatchObject({ state: 'stopped', position: '1' });
    expect(status({ run: ended, live: live({ state: 'stopped' }) }).position).toBe('2');
  });

  test('of a new run keeps the figures, not the state, of the old run’s report', () => {
    const next = status({ run: run({ id: 8, state: 'queued' }), live: live({ state: 'stopping' }) });
    expect(next).toMatchObject({ state: 'queued', reason: { code: 'QUEUED' }, runId: 8, position: '2' });
    expect(next.workerName).toBeNull();
  });

  test('always has a reason unless it simply runs', () => {
    const states: RunState[] = [
      'queued',
      'claiming',
      'recovering',
      'running',
      'waiting',
      'stopping',
      'stopped',
      'failed',
    ];
    for (const state of states) {
      for (const leased of [true, false]) {
        const one = status({ run: run({ state }), live: null, leased });
        if (one.state !== 'running') expect(one.reason, `${state} ${leased}`).not.toBeNull();
      }
    }
  });
});
