import { dec, decStr } from '../../numbers/decimal.js';
import { cancelStray } from '../common/order-faults.js';
import { SlotDraft } from '../common/slot-draft.js';
import type { Command, OrderUpdate, Step, StrategyEvent } from '../events.js';
import type { PlanContext, StartContext } from '../kind.js';
import { bookUnassigned } from './accounting.js';
import { carriedFrom } from './carry.js';
import { isLong, ladderOf, type Ladder } from './context.js';
import { finishOf } from './finish.js';
import type { LadderGridParams } from './params.js';
import { settle } from './settle.js';
import { armSlot, cancelOrder } from './slot-order.js';
import { updateSlot } from './slot-update.js';
import {
  emptySlot,
  isOccupied,
  type Header,
  type LadderGridState,
  type Quote,
  type SlotState,
} from './state.js';
import { wakeOf } from './wake.js';
import { watchSlot } from './watch.js';

function stepOf(ladder: Ladder, { state, commands }: Step<LadderGridState>): Step<LadderGridState> {
  const wake = wakeOf(ladder, state);
  return wake === undefined ? { state, commands } : { state, commands, wake };
}

/** Every slot of the ladder starts free; positions of an earlier revision keep their slot, even one that is no more. */
export function startLadderGrid(
  params: LadderGridParams,
  context: StartContext,
  now: number,
): Step<LadderGridState> {
  const ladder = ladderOf(params, context);
  const { positions, ...sums } = carriedFrom(context.carried);
  const anchor = { bid: ladder.leg.bid, ask: ladder.leg.ask };
  const slots = new Map<number, SlotState>(
    ladder.slots.map((slot) => [slot, emptySlot(context.firstGeneration)]),
  );
  for (const { slot, ...position } of positions) {
    const isKept = slots.has(slot) || position.lots.length > 0;
    if (isKept) slots.set(slot, { ...emptySlot(context.firstGeneration), ...position });
  }
  const header: Header = { ...sums, anchor, paused: false, ending: null };
  return stepOf(ladder, advance(ladder, { header, slots, quote: anchor }, [], now));
}

/** Slots nearest to the market first, then those an edit left over; never in the order storage gave them back. */
function slotOrder(ladder: Ladder, slots: LadderGridState['slots']): readonly number[] {
  if (slots.size === ladder.slots.length) return ladder.slots;
  const left = [...slots.keys()].filter((slot) => !ladder.own.has(slot)).sort((a, b) => a - b);
  return [...ladder.slots, ...left];
}

/**
 * Takes back opening orders, farthest first, of a side that has more than it may: a fill that came late, or an edit,
 * has made positions that nobody counted on.
 */
function withdrawSurplus(ladder: Ladder, order: readonly number[], draft: SlotDraft<SlotState>): Command[] {
  const commands: Command[] = [];
  for (const ofSide of [order.filter(isLong), order.filter((slot) => !isLong(slot))]) {
    const inUse = ofSide.flatMap((slot) => {
      const state = draft.slots.get(slot);
      if (state === undefined || !isOccupied(state)) return [];
      return state.phase === 'open' && state.order?.canceling === true ? [] : [{ slot, state }];
    });
    let surplus = inUse.length - ladder.limit;
    for (const { slot, state } of inUse.reverse()) {
      if (surplus <= 0) break;
      if (state.phase !== 'open') continue;
      const canceled = cancelOrder(ladder, slot, state);
      draft.set(slot, canceled.state);
      commands.push(...canceled.commands);
      surplus -= 1;
    }
  }
  return commands;
}

/** Does what the state calls for: exits, moves of opening orders, one order for each slot that may have one. */
function advance(
  ladder: Ladder,
  state: LadderGridState,
  before: readonly Command[],
  now: number,
): Step<LadderGridState> {
  const { header, quote } = state;
  if (header.paused) return { state, commands: [...before] };
  const commands: Command[] = [...before];
  const draft = new SlotDraft(state.slots);
  const order = slotOrder(ladder, state.slots);
  const used = { long: 0, short: 0 };
  for (const slot of order) {
    const known = draft.slots.get(slot);
    if (known === undefined) continue;
    const watched =
      quote === null ? { state: known, commands: [] } : watchSlot(ladder, header, slot, known, quote, now);
    commands.push(...watched.commands);
    const settled = settle(ladder, slot, watched.state, quote);
    draft.set(slot, settled);
    if (isOccupied(settled)) used[isLong(slot) ? 'long' : 'short'] += 1;
  }
  if (Math.max(used.long, used.short) > ladder.limit) commands.push(...withdrawSurplus(ladder, order, draft));
  for (const slot of order) {
    const known = draft.slots.get(slot);
    if (known === undefined) continue;
    const side = isLong(slot) ? 'long' : 'short';
    const hasRoom = used[side] < ladder.limit;
    const armed = armSlot(ladder, slot, known, { header, quote, hasRoom, now });
    if (!isOccupied(known) && isOccupied(armed.state)) used[side] += 1;
    draft.set(slot, armed.state);
    commands.push(...armed.commands);
  }
  const next = draft.slots === state.slots ? state : { ...state, slots: draft.slots };
  const finish = finishOf(ladder, next);
  return { state: next, commands: finish === null ? commands : [...commands, finish] };
}

function onOrder(
  ladder: Ladder,
  state: LadderGridState,
  update: OrderUpdate,
  now: number,
): Step<LadderGridState> {
  const { slot } = update.key;
  const known = state.slots.get(slot);
  if (known === undefined) {
    // Late news of a slot that an edit removed.
    const header = update.fills.reduce(
      (at, fill) => bookUnassigned(at, update.side, fill, ladder.leg.market),
      state.header,
    );
    return { state: header === state.header ? state : { ...state, header }, commands: cancelStray(update) };
  }
  const { header, state: next, commands } = updateSlot(ladder, slot, state.header, known, update, now);
  const draft = new SlotDraft(state.slots);
  draft.set(slot, next);
  const isSame = header === state.header && draft.slots === state.slots;
  return { state: isSame ? state : { ...state, header, slots: draft.slots }, commands };
}

/** A cancellation asked for before a restart may never have left; with the first quote it is asked for again. */
function onQuote(ladder: Ladder, state: LadderGridState, quote: Quote): Step<LadderGridState> {
  const commands: Command[] = [];
  if (state.quote === null && !state.header.paused) {
    for (const [slot, known] of state.slots)
      if (known.order?.canceling === true) commands.push(...cancelOrder(ladder, slot, known).commands);
  }
  return { state: { ...state, quote }, commands };
}

function onLifecycle(header: Header, event: Extract<StrategyEvent, { type: 'lifecycle' }>): Header {
  switch (event.action) {
    case 'pause':
      return header.paused ? header : { ...header, paused: true };
    case 'resume':
      return header.paused || header.ending !== null ? { ...header, paused: false, ending: null } : header;
    case 'stop':
      return header.ending === event.stop && !header.paused
        ? header
        : { ...header, paused: false, ending: event.stop };
  }
}

function withHeader(state: LadderGridState, header: Header): LadderGridState {
  return header === state.header ? state : { ...state, header };
}

function received(
  ladder: Ladder,
  state: LadderGridState,
  event: StrategyEvent,
  now: number,
): Step<LadderGridState> {
  switch (event.type) {
    case 'order':
      return onOrder(ladder, state, event.update, now);
    case 'quote':
      return onQuote(ladder, state, { bid: event.bid, ask: event.ask });
    case 'lifecycle':
      return { state: withHeader(state, onLifecycle(state.header, event)), commands: [] };
    case 'funding': {
      const funding = decStr(dec(state.header.funding).plus(event.amount));
      return { state: withHeader(state, { ...state.header, funding }), commands: [] };
    }
    case 'timer':
      return { state, commands: [] };
  }
}

/** The machine of a ladder grid: one event, the next state and what to do. */
export function stepLadderGrid(
  params: LadderGridParams,
  context: PlanContext,
  state: LadderGridState,
  event: StrategyEvent,
  now: number,
): Step<LadderGridState> {
  const ladder = ladderOf(params, context);
  const step = received(ladder, state, event, now);
  return stepOf(ladder, advance(ladder, step.state, step.commands, now));
}
