import { dec, decStr, type DecimalString } from '../../domain/numbers/decimal.js';
import type { StrategyView } from '../../domain/strategy/view.js';
import type { StrategyStatus } from '../../schema/strategy.js';

/** The part of a status that follows from what the machine holds. */
export type StatusFigures = Pick<
  StrategyStatus,
  | 'pendingBuys'
  | 'pendingSells'
  | 'positionCount'
  | 'position'
  | 'cycles'
  | 'fills'
  | 'realizedPnl'
  | 'unrealizedPnl'
  | 'profit'
  | 'range'
  | 'phase'
  | 'protection'
>;

/** Figures of a strategy that has never been started. */
export const NO_FIGURES: StatusFigures = {
  pendingBuys: 0,
  pendingSells: 0,
  positionCount: 0,
  position: '0',
  cycles: 0,
  fills: 0,
  realizedPnl: '0',
  unrealizedPnl: '0',
  profit: null,
  range: null,
  phase: null,
  protection: null,
};

/**
 * Figures as a view shows them. `mark` (quote per base) values the inventory anew, for a machine that has seen no
 * quote since it was read from storage; without it the view's own valuation stays.
 */
export function figuresOf(
  view: StrategyView,
  fills: number,
  mark: DecimalString | null = null,
): StatusFigures {
  const { profit: own } = view;
  const unrealised =
    mark === null
      ? dec(own.inventoryUnrealised)
      : dec(view.position).times(dec(mark)).minus(dec(view.positionCost));
  const realised = dec(own.total).minus(dec(own.inventoryUnrealised));
  const live = view.levels.filter((level) => level.state !== 'waiting');
  return {
    pendingBuys: live.filter((level) => level.side === 'buy').length,
    pendingSells: live.filter((level) => level.side === 'sell').length,
    positionCount: view.positionCount,
    position: view.position,
    cycles: view.cycles,
    fills,
    realizedPnl: decStr(realised),
    unrealizedPnl: decStr(unrealised),
    profit: {
      ...own,
      inventoryUnrealised: decStr(unrealised),
      total: decStr(realised.plus(unrealised)),
    },
    range: view.range,
    phase: view.phase,
    protection: view.hasStop ? 'platform' : 'none',
  };
}
