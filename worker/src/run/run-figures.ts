import type { Reason } from '@gridfleet/shared/domain';
import { figuresOf, type LiveStatus } from '@gridfleet/shared/infra';
import type { RunState } from '@gridfleet/shared/schema';
import type { EquityFigures } from './equity-recorder.js';
import type { RunSession } from './run-session.js';

/** What the node reports of a run in its loop. */
export function statusFigures(
  session: RunSession,
  state: RunState,
  editing: Reason | null,
): Partial<LiveStatus> {
  const view = session.view();
  const left = session.liveOrders().length;
  const stopping = { code: 'STOP_REQUESTED', message: `Stopping: ${left} orders are being cancelled.` };
  return {
    ...figuresOf(view, session.fillCount),
    // A stop on one side of two does not make a position safe.
    ...(view.hasStop && session.guard.isComplete ? { protection: 'exchange' } : {}),
    state,
    reason: state === 'stopping' ? stopping : (editing ?? view.blocked),
  };
}

/** What a run is worth now. */
export function equityFigures(session: RunSession): EquityFigures {
  const view = session.view();
  const { realizedPnl, unrealizedPnl } = figuresOf(view, session.fillCount);
  const { position, positionCost, positionCount, profit } = view;
  return {
    currentPrice: session.price(0),
    position,
    positionCost,
    positionCount,
    realizedPnl,
    unrealizedPnl,
    total: profit.total,
  };
}
