import { decStr } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { PlanContext } from '../kind.js';
import type { LevelView, StrategyView } from '../view.js';
import { baseIn } from './lots.js';
import { heldSteps } from './cell-size.js';
import { closeSide, gridOf, lineAt, openSide, type Grid } from './context.js';
import { exchangeStops } from './exchange-stops.js';
import { rangeNow } from './layout.js';
import type { RangeGridParams } from './params.js';
import { inventoryOf, middleOf, profitOf } from './profit.js';
import { protectionOf } from './protection.js';
import {
  activeCells,
  auxiliaryAt,
  EXIT_SLOT,
  PURCHASE_SLOT,
  type CellState,
  type Header,
  type RangeGridState,
} from './state.js';

/** Why a cell without an order has none, when all cells have the same reason. */
type Pause = 'stopped' | 'buying' | null;

interface Shown {
  grid: Grid;
  index: number;
  pause: Pause;
  level: LevelView;
  /** Residue below one step is not a position. */
  isHolding: boolean;
}

const shownOf = new WeakMap<CellState, Shown>();

/** What is shown of a cell: made once for each of its states, while quotes come many times a second. */
function shown(grid: Grid, index: number, cell: CellState, pause: Pause): Shown {
  const known = shownOf.get(cell);
  if (known?.grid === grid && known.index === index && known.pause === pause) return known;
  const level = levelOf(grid, index, cell, pause);
  const made = { grid, index, pause, level, isHolding: heldSteps(grid.leg.market, cell) > 0 };
  shownOf.set(cell, made);
  return made;
}

function pauseOf({ paused, phase }: Header): Pause {
  if (paused || phase === 'exiting' || phase === 'finished') return 'stopped';
  return phase === 'buying' ? 'buying' : null;
}

function levelOf(grid: Grid, index: number, cell: CellState, pause: Pause): LevelView {
  const { market } = grid.leg;
  const buyPrice = decStr(ticksToPrice(market, lineAt(grid, index)));
  const sellPrice = decStr(ticksToPrice(market, lineAt(grid, index + 1)));
  const side = cell.order?.side ?? (cell.want === 'none' ? openSide(cell) : cell.want);
  const order = cell.order;
  const shared = {
    slot: index,
    buyPrice,
    sellPrice,
    side,
    price: side === 'buy' ? buyPrice : sellPrice,
    cycles: cell.cycles,
  };
  if (order !== null) {
    const quantity = decStr(stepsToQuantity(market, order.quantity - order.filled));
    if (order.state === 'intent') return { ...shared, quantity, state: 'in-flight', reason: null };
    if (order.state === 'sent') {
      const reason = {
        code: 'OUTCOME_UNKNOWN',
        message:
          'The exchange has not answered; the order is looked up and nothing is sent until its fate is known.',
      };
      return { ...shared, quantity, state: 'frozen', reason };
    }
    return { ...shared, quantity, state: 'resting', reason: null };
  }
  const held = baseIn(cell.lots);
  const quantity = decStr(
    side === closeSide(cell) && held.gt(0) ? held : stepsToQuantity(market, cell.openQuantity),
  );
  let reason = cell.waiting === null ? null : { code: cell.waiting.code, message: cell.waiting.message };
  if (pause === 'stopped')
    reason = {
      code: 'STOPPED',
      message: 'The strategy is stopped; the level gets its order at the next start.',
    };
  else if (reason === null && pause === 'buying') {
    reason = { code: 'INITIAL_PURCHASE', message: 'Waiting for the initial inventory.' };
  }
  return { ...shared, quantity, state: 'waiting', reason };
}

function phaseOf(state: RangeGridState): string {
  const names: Record<Header['phase'], string> = {
    waiting: 'waiting for the trigger price',
    buying: 'buying initial inventory',
    trading: 'trading',
    exiting: 'ending',
    finished: 'ended',
  };
  return state.header.paused ? 'paused' : names[state.header.phase];
}

/** Levels with reasons, inventory and profit at the middle of the last best quotes (the start price before any). */
export function viewRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
): StrategyView {
  const grid = gridOf(params, context, state.header.anchor);
  const { quote } = state;
  const mark =
    quote === null ? ticksToPrice(grid.leg.market, state.header.startPrice) : middleOf(grid, quote);
  const inventory = inventoryOf(grid, state);
  const levels: LevelView[] = [];
  const pause = pauseOf(state.header);
  let holding = 0;
  for (const [index, slot] of activeCells(state.slots)) {
    const { level, isHolding } = shown(grid, index, slot, pause);
    levels.push(level);
    if (isHolding) holding += 1;
  }
  levels.sort((a, b) => a.slot - b.slot);
  const blocked =
    auxiliaryAt(state.slots, EXIT_SLOT)?.waiting ?? auxiliaryAt(state.slots, PURCHASE_SLOT)?.waiting ?? null;
  return {
    levels,
    range: rangeNow(grid, state),
    position: decStr(inventory.base),
    positionCost: decStr(inventory.cost),
    positionCount: holding,
    cycles: state.header.cycles,
    profit: profitOf(state, inventory, mark),
    phase: phaseOf(state),
    hasStop: protectionOf(params).hasStop,
    stops: exchangeStops(grid, state),
    ending: state.header.phase === 'exiting',
    blocked: blocked === null ? null : { code: blocked.code, message: blocked.message },
  };
}
