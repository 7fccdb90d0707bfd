import { Decimal, dec, ZERO } from '../../numbers/decimal.js';
import { minSteps, notional, ticksToPrice, toSteps, type Steps } from '../../market/market.js';
import type { Side } from '../../order/order.js';
import { failureOf } from '../common/order-faults.js';
import type { Command, FinishOutcome, OrderUpdate, Step } from '../events.js';
import { bookExit, bookUnassigned, releaseAll } from './accounting.js';
import { afterTrading, armAuxiliary, cancelAuxiliary, followOrder, isReady } from './auxiliary.js';
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

/** An exit asks for the best quote this long before it takes any price, ms. */
export const EXIT_LIMIT_MS = 10_000;

type GridStep = Step<RangeGridState>;

function finished(state: RangeGridState, exit: Exit, outcome: FinishOutcome, commands: Command[]): GridStep {
  const { code, message } = exit;
  return {
    state: { ...state, header: { ...state.header, phase: 'finished', exit: { ...exit, outcome } } },
    commands: [...commands, { type: 'finish', reason: { code, message }, outcome }],
  };
}

/** Cancels every order of cells and purchase that is still alive. */
function cancelAll(grid: Grid, state: RangeGridState): GridStep & { isLive: boolean } {
  const draft = new SlotDraft(state.slots);
  const commands: Command[] = [];
  let isLive = false;
  for (const [index, slot] of state.slots) {
    if (index === EXIT_SLOT || slot.order === null) continue;
    isLive = true;
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
  return { state: draft.slots === state.slots ? state : { ...state, slots: draft.slots }, commands, isLive };
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
function exitSlot(grid: Grid, state: RangeGridState, exit: Exit, quote: Quote, now: number): AuxiliaryState {
  const known = auxiliaryAt(state.slots, EXIT_SLOT) ?? {
    order: null,
    waiting: null,
    next: Math.max(state.header.firstGeneration, auxiliaryAt(state.slots, PURCHASE_SLOT)?.next ?? 0),
    remaining: 0,
    side: 'sell',
    since: null,
  };
  if (exit.stop === 'buy') {
    if (known.since !== null) return known;
    return { ...known, side: 'buy', since: now, remaining: unusedQuoteSteps(grid, state, quote) };
  }
  const base = dec(state.header.unassigned.base);
  const side: Side = base.lt(0) ? 'buy' : 'sell';
  const remaining = toSteps(grid.leg.market, base.abs(), 'down');
  const since = known.since ?? now;
  if (known.side === side && known.remaining === remaining && known.since === since) return known;
  return { ...known, side, remaining, since };
}

/** Trades until nothing is left that the venue would take: at the best quote for a while, then at any price. */
function close(grid: Grid, state: RangeGridState, exit: Exit, quote: Quote, now: number): GridStep {
  const known = auxiliaryAt(state.slots, EXIT_SLOT);
  const isLate = known?.since != null && now - known.since >= EXIT_LIMIT_MS;
  if (known?.order != null) {
    const isOverdue = isLate && known.order.price !== null && !known.order.canceling;
    if (!isOverdue) return { state, commands: [] };
    const canceled = cancelAuxiliary(grid, EXIT_SLOT, known);
    return withExitSlot(state, canceled.slot, canceled.commands);
  }
  const isBuying = exit.stop === 'buy';
  const gathered = isBuying ? state : gather(grid, state);
  const slot = exitSlot(grid, gathered, exit, quote, now);
  const price = slot.side === 'sell' ? quote.bid : quote.ask;
  if (slot.remaining < minSteps(grid.leg.market, price)) {
    const isAtRest = known?.since === null && known.remaining === 0 && known.waiting === null;
    const rest = isAtRest ? known : { ...slot, since: null, remaining: 0, waiting: null };
    const ended = withExitSlot(gathered, rest, []);
    return finished(ended.state, exit, isBuying ? 'holding' : 'flat', []);
  }
  if (!isReady(slot, now)) return withExitSlot(gathered, slot, []);
  const armed = armAuxiliary(grid, EXIT_SLOT, slot, isLate ? null : price, isReduceOnly(grid, !isBuying));
  return withExitSlot(gathered, armed.slot, armed.commands);
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
  if (canceled.isLive) return canceled;
  if (exit.stop === 'cancel') {
    const isFlat = inventoryOf(grid, state).base.isZero();
    return finished(canceled.state, exit, isFlat ? 'flat' : 'holding', canceled.commands);
  }
  // Without a quote nobody knows what an order would be worth.
  if (state.quote === null) return canceled;
  return close(grid, canceled.state, exit, state.quote, now);
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
    failureOf: (news) => failureOf(news, slot.order?.canceling === true),
  });
  return { header, ...followed };
}
