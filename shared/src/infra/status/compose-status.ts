import type { ReasonDto } from '../../schema/common.js';
import type { RunState, StrategyStatus } from '../../schema/strategy.js';
import type { StrategyRow } from '../database/entities/strategy.js';
import { runJobId } from '../redis/keys.js';
import type { StatusRun } from '../repositories/status-subjects.js';
import type { StatusFigures } from './figures.js';
import type { LiveStatus } from './live-status.js';

/** Everything a status is put together from. */
export interface StatusSources {
  strategy: Pick<StrategyRow, 'id' | 'desiredState' | 'currentRunId'>;
  /** The strategy's current run, null when it was never started. */
  run: StatusRun | null;
  /** What a node last reported, null when Redis has nothing. */
  live: LiveStatus | null;
  /** Whether a node holds the lease now; a report without a lease is history. */
  leased: boolean;
  /** What MySQL alone says, used when there is no report. */
  stored: StatusFigures;
}

const FINAL: ReadonlySet<RunState> = new Set(['stopped', 'failed']);

/** Whether a run in this state trades, or will without anybody's doing. */
export function isRunningState(state: RunState): boolean {
  return !FINAL.has(state);
}

const DEFAULT_REASONS: Readonly<Record<RunState, ReasonDto | null>> = {
  queued: { code: 'QUEUED', message: 'Waiting for a worker node to take it.' },
  claiming: { code: 'CLAIMING', message: 'A worker node is taking it.' },
  recovering: {
    code: 'RECOVERING',
    message: 'The node compares its orders with the exchange before it trades.',
  },
  running: null,
  waiting: { code: 'WAITING', message: 'The node waits before it can trade.' },
  stopping: { code: 'STOP_REQUESTED', message: 'The node is ending the run.' },
  stopped: { code: 'STOPPED', message: 'Stopped on request.' },
  failed: { code: 'FAILED', message: 'The run ended with an error.' },
};

function reasonOfRun(run: StatusRun): ReasonDto | null {
  return run.reasonCode === null
    ? null
    : { code: run.reasonCode, message: run.reasonMessage ?? run.reasonCode };
}

function stateOf({ strategy, run, live, leased }: StatusSources): {
  state: RunState;
  reason: ReasonDto | null;
} {
  if (run === null) return { state: 'stopped', reason: null };
  const isCurrent = live !== null && live.runId === run.id;
  // Leased reports are fresher than the run's row, but a run that ended has the last word.
  const fresh = isCurrent && leased && isRunningState(run.state) ? live : null;
  const state = fresh?.state ?? run.state;
  const reason = fresh === null ? reasonOfRun(run) : fresh.reason;
  if (!isRunningState(state)) return { state, reason: reason ?? DEFAULT_REASONS[state] };
  if (strategy.desiredState === 'stopped') {
    return { state: 'stopping', reason: state === 'stopping' && reason ? reason : DEFAULT_REASONS.stopping };
  }
  // A run that waits for a node says why in MySQL.
  if (!leased && state !== 'queued' && !(state === 'waiting' && reason !== null)) {
    const message = 'No node holds it at the moment; another one takes over within seconds.';
    return { state: 'waiting', reason: { code: 'NO_LEASE', message } };
  }
  return { state, reason: reason ?? DEFAULT_REASONS[state] };
}

/**
 * Whether a node's report has the figures that count. A run that ended has them once its last report has arrived; before
 * that the report is older than what MySQL has.
 */
export function hasFigures(run: StatusRun | null, live: LiveStatus): boolean {
  if (run === null || isRunningState(run.state)) return true;
  return live.runId === run.id && !isRunningState(live.state);
}

/** The one place where a strategy's status is put together. Pure. */
export function composeStatus(sources: StatusSources): StrategyStatus {
  const { strategy, run, live, leased, stored } = sources;
  const { state, reason } = stateOf(sources);
  const isRunning = isRunningState(state);
  const own = run !== null && live?.runId === run.id ? live : null;
  const figures = live !== null && hasFigures(run, live) ? live : stored;
  return {
    strategyId: strategy.id,
    runId: run?.id ?? null,
    desiredState: strategy.desiredState,
    state,
    reason,
    isRunning,
    jobId: run === null || !isRunning ? null : runJobId(run.id),
    workerName: isRunning && leased ? (own?.workerName ?? null) : null,
    workerIp: isRunning && leased ? (own?.workerIp ?? null) : null,
    workerHostname: isRunning && leased ? (own?.workerHostname ?? null) : null,
    fence: run === null ? null : (own?.fence ?? Number(run.fence)),
    startedAt: own?.startedAt ?? run?.startedAt?.toISOString() ?? null,
    updatedAt:
      own?.updatedAt ?? (run?.stoppedAt ?? run?.startedAt ?? run?.requestedAt)?.toISOString() ?? null,
    currentPrice: live?.currentPrice ?? null,
    pendingBuys: figures.pendingBuys,
    pendingSells: figures.pendingSells,
    positionCount: figures.positionCount,
    position: figures.position,
    cycles: figures.cycles,
    fills: figures.fills,
    realizedPnl: figures.realizedPnl,
    unrealizedPnl: figures.unrealizedPnl,
    profit: figures.profit,
    range: figures.range,
    phase: figures.phase,
    protection: figures.protection,
    coverage: own?.coverage ?? null,
    lastError: own?.lastError ?? null,
  };
}
