import type { BacktestRow } from '@gridfleet/shared/infra';
import type { Backtest, BacktestCreate, BacktestSummary } from '@gridfleet/shared/schema';

/** How long nodes are given to take a backtest before the list says what it waits for, ms. */
const PATIENCE_MS = 5_000;

const NO_NODE = {
  code: 'NO_BACKTEST_NODE',
  message: 'Waiting for a node with the role "backtest"; see WORKER_ROLES.',
};

function reasonOf(row: BacktestRow): Backtest['reason'] {
  if (row.reasonCode !== null) return { code: row.reasonCode, message: row.reasonMessage ?? '' };
  const waits = row.state === 'queued' && Date.now() - row.createdAt.getTime() > PATIENCE_MS;
  return waits ? NO_NODE : null;
}

export function backtestDto(row: BacktestRow, runsDone: number): Backtest {
  const request = JSON.parse(row.request) as BacktestCreate;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    symbol: row.symbol,
    candleFileId: row.candleFileId,
    request,
    isSweep: request.sweep !== undefined,
    state: row.state,
    reason: reasonOf(row),
    runs: row.runs,
    runsDone,
    workerName: row.workerName,
    summary: row.summary === null ? null : (JSON.parse(row.summary) as BacktestSummary),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
