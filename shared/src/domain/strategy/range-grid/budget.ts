import type { Command } from '../events.js';
import { armCell, cancelOrder, wait } from './cell.js';
import { orderLine, type Grid } from './context.js';
import type { SlotDraft } from './slot-draft.js';
import { activeCells, type CellState, type Quote } from './state.js';

const VIRTUAL = {
  code: 'VIRTUAL',
  message: 'Beyond the order budget: the order is placed when the market comes nearer.',
};

interface Candidate {
  index: number;
  cell: CellState;
  /** Twice the distance of the order's level from the middle of the market, ticks; negative where it would fill now. */
  distance: number;
}

function candidates(grid: Grid, draft: SlotDraft, quote: Quote): Candidate[] {
  const found: Candidate[] = [];
  for (const [index, cell] of activeCells(draft.slots)) {
    const side = cell.order?.side ?? cell.want;
    if (side === 'none') continue;
    const above = 2 * orderLine(grid, index, side) - quote.bid - quote.ask;
    const ahead = side === 'sell' ? above : -above;
    // After a gap the levels it has passed come first; post-only they could not be placed anyway.
    const distance = grid.params.postOnly ? Math.abs(above) : ahead;
    found.push({ index, cell, distance });
  }
  return found.sort((a, b) => a.distance - b.distance || a.index - b.index);
}

/**
 * Gives the nearest cells their orders and keeps the number of live orders within the budget: a farther order is
 * cancelled first, and its place is used once it is over. The other cells are virtual.
 */
export function armNearest(
  grid: Grid,
  draft: SlotDraft,
  quote: Quote | null,
  budget: number,
  now: number,
): Command[] {
  // After a restart nobody knows what is near until the first quote.
  if (quote === null) return [];
  const commands: Command[] = [];
  const ranked = candidates(grid, draft, quote);
  let live = ranked.filter(({ cell }) => cell.order !== null).length;
  let blocked = 0;
  for (const [rank, { index, cell }] of ranked.entries()) {
    if (cell.order !== null) continue;
    if (rank < budget && live < budget) {
      const armed = armCell(grid, index, cell, quote, now);
      draft.set(index, armed.cell);
      commands.push(...armed.commands);
      if (armed.cell.order !== null) live += 1;
      continue;
    }
    if (rank < budget) blocked += 1;
    if (cell.waiting?.retryAt == null || now >= cell.waiting.retryAt)
      draft.set(index, wait(cell, VIRTUAL.code, VIRTUAL.message));
  }
  for (const { index, cell } of ranked.slice(budget).reverse()) {
    if (blocked === 0) break;
    if (cell.order === null) continue;
    blocked -= 1;
    if (cell.order.canceling) continue;
    const canceled = cancelOrder(grid, index, cell);
    draft.set(index, canceled.cell);
    commands.push(...canceled.commands);
  }
  return commands;
}
