import { Decimal, dec, ZERO } from '../../numbers/decimal.js';
import { notional, ticksToPrice, toSteps, type Steps } from '../../market/market.js';
import type { Side } from '../../order/order.js';
import { affordable, closingFailure, stepClosing } from '../common/closing.js';
import type { Command, FinishOutcome, OrderUpdate, Step } from '../events.js';
import { bookExit, bookUnassigned, releaseAll } from './accounting.js';
import { afterTrading, armAuxiliary, cancelAuxiliary, followOrder } from './auxiliary.js';
import { cancelOrder } from './cell.js';
import { missingSteps } from './cell-size.js';
import { cellPrices, isReduceOnly, openSide, orderLine, type Grid } from './context.js';
import { inventoryOf } from './profit.js';
import { SlotDraft } from './slot-draft.js';
import {
  activeCells,
  auxiliaryAt,
  EXIT_SLOT,
  isAuxiliary,
  PURCHASE_SLOT,
  type AuxiliaryState,
  type Exit,
  type Header,
  type Quote,
  type RangeGridState,
} from './state.js';

type GridStep = Step<RangeGridState>;

function finished(state: RangeGridState, exit: Exit, outcome: FinishOutcome, commands: Command[]): GridStep {
  const { code, message } = exit;
  return {
    state: { ...state, header: { ...state.header, phase: 'finished', exit: { ...exit, outcome } } },
    commands: [...commands, { type: 'finish', reason: { code, message }, outcome }],
  };
}

/** Cancels every order of cells and purchase that is still alive. */
function cancelAll(grid: Grid, state: RangeGridState): GridStep & { live: number } {
  const draft = new SlotDraft(state.slots);
  const commands: Command[] = [];
  let live = 0;
  for (const [index, slot] of state.slots) {
    if (index === EXIT_SLOT || slot.order === null) continue;
    live += 1;
    if (slot.order.canceling) continue;
    if (isAuxiliary(slot)) {
      const canceled = cancelAuxiliary(grid, index, slot);
      draft.set(index, canceled.slot);
      commands.push(...canceled.commands);
    } else {
      const canceled = cancelOrder(grid, index, slot);
      draft.set(index, canceled.cell);
      commands.push(...canceled.commands);
    }
  }
  return { state: draft.slots === state.slots ? state : { ...state, slots: draft.slots }, commands, live };
}

/** Base that the quote behind the cells' unfilled BUYs buys now. */
function unusedQuoteSteps(grid: Grid, state: RangeGridState, quote: Quote): Steps {
  const { market, takerRate } = grid.leg;
  let unused = ZERO;
  for (const [index, cell] of activeCells(state.slots)) {
    if (openSide(cell) !== 'buy') continue;
    unused = unused.plus(notional(market, orderLine(grid, index, 'buy'), missingSteps(grid, cell)));
  }
  const perBase = ticksToPrice(market, quote.ask).times(new Decimal(1).plus(takerRate));
  return toSteps(market, unused.div(perBase), 'down');
}

/** Everything the cells hold becomes unassigned: the exit closes it as one position. */
function gather(grid: Grid, state: RangeGridState): RangeGridState {
  const released = releaseAll(state.header, activeCells(state.slots), (index, cell) =>
    cellPrices(grid, index, cell),
  );
  if (released.cells.size === 0 && released.header === state.header) return state;
  const draft = new SlotDraft(state.slots);
  for (const [index, cell] of released.cells)
    draft.set(index, { ...cell, want: openSide(cell), waiting: null });
  return { ...state, header: released.header, slots: draft.slots };
}

/** The exit's slot with what it still has to trade. */
function exitSlot(grid: Grid, state: RangeGridState, exit: Exit): AuxiliaryState {
  const known = auxiliaryAt(state.slots, EXIT_SLOT) ?? {
    order: null,
    waiting: null,
    next: Math.max(state.header.firstGeneration, auxiliaryAt(state.slots, PURCHASE_SLOT)?.next ?? 0),
    remaining: 0,
    side: 'sell',
    since: null,
    exit: null,
  };
  if (known.order !== null) return known;
  if (exit.stop === 'buy') {
    // Asked for once: what the exit has bought is not asked for again.
    if (known.exit !== null || state.quote === null) return known;
    return { ...known, side: 'buy', remaining: unusedQuoteSteps(grid, state, state.quote) };
  }
  const base = dec(state.header.unassigned.base);
  const side: Side = base.lt(0) ? 'buy' : 'sell';
  const remaining = toSteps(grid.leg.market, base.abs(), 'down');
  return known.side === side && known.remaining === remaining ? known : { ...known, side, remaining };
}

/** Trades until nothing is left that the venue would take, and the venue agrees. */
function close(grid: Grid, state: RangeGridState, exit: Exit, liveOrders: number, now: number): GridStep {
  const isBuying = exit.stop === 'buy';
  const isFree = liveOrders === 0 && auxiliaryAt(state.slots, EXIT_SLOT)?.order == null;
  const gathered = isBuying || !isFree ? state : gather(grid, state);
  const slot = exitSlot(grid, gathered, exit);
  const { leg } = grid;
  const { quote, sight } = gathered;
  // An order of an exit that was asked for before this one has to end first.
  const isStrange = slot.order !== null && slot.exit?.isOrdered !== true;
  const scene = { leg, side: slot.side, liveOrders: liveOrders + Number(isStrange), quote, sight, now };
  // A purchase ends with what the account has to pay it.
  const held = isBuying ? Math.min(slot.remaining, affordable(scene) ?? slot.remaining) : slot.remaining;
  const step = stepClosing(slot, { ...scene, held });
  if (step.exit.phase === 'flat') {
    const ended = withExitSlot(gathered, { ...slot, exit: null, remaining: 0, waiting: null }, []);
    return finished(ended.state, exit, isBuying ? 'holding' : 'flat', []);
  }
  const next = slot.exit === step.exit ? slot : { ...slot, exit: step.exit };
  if (step.close === null) return withExitSlot(gathered, next, step.commands);
  const reduceOnly = isReduceOnly(grid, !isBuying);
  const armed = armAuxiliary(grid, EXIT_SLOT, next, {
    ...step.close,
    reduceOnly,
    timeInForce: step.close.price === null ? 'GTC' : 'IOC',
  });
  return withExitSlot(gathered, armed.slot, [...step.commands, ...armed.commands]);
}

/** An exit that is asked for anew begins from the beginning. */
export function withoutExitRun(state: RangeGridState): RangeGridState {
  const slot = auxiliaryAt(state.slots, EXIT_SLOT);
  if (slot === null || slot.exit === null) return state;
  return withExitSlot(state, { ...slot, exit: null }, []).state;
}

function withExitSlot(state: RangeGridState, slot: AuxiliaryState, commands: Command[]): GridStep {
  const draft = new SlotDraft(state.slots);
  draft.set(EXIT_SLOT, slot);
  return { state: draft.slots === state.slots ? state : { ...state, slots: draft.slots }, commands };
}

/** Does what an exit calls for next; every cancellation is confirmed before anything is sold. */
export function advanceExit(grid: Grid, state: RangeGridState, now: number): GridStep {
  const { exit } = state.header;
  if (exit === null) return { state, commands: [] };
  if (exit.stop === 'keep') return finished(state, exit, 'orders-kept', []);
  const canceled = cancelAll(grid, state);
  if (exit.stop === 'sell' || exit.stop === 'buy') {
    const step = close(grid, canceled.state, exit, canceled.live, now);
    return { state: step.state, commands: [...canceled.commands, ...step.commands] };
  }
  if (canceled.live > 0 || auxiliaryAt(state.slots, EXIT_SLOT)?.order != null) return canceled;
  const isFlat = inventoryOf(grid, state).base.isZero();
  return finished(canceled.state, exit, isFlat ? 'flat' : 'holding', canceled.commands);
}

/** One update of the exit's order: what it closes is realised, what it buys is held. */
export function updateExit(
  grid: Grid,
  state: { header: Header },
  slot: AuxiliaryState,
  update: OrderUpdate,
  now: number,
): { header: Header; slot: AuxiliaryState; commands: Command[] } {
  const { market } = grid.leg;
  const header = update.fills.reduce((at, fill) => {
    const base = dec(at.unassigned.base);
    const closes = update.side === 'sell' ? base.gt(0) : base.lt(0);
    return closes ? bookExit(at, update.side, fill, market) : bookUnassigned(at, update.side, fill, market);
  }, state.header);
  const followed = followOrder(slot, update, {
    market,
    now,
    done: afterTrading,
    failureOf: closingFailure,
  });
  return { header, ...followed };
}
