import { stepClosing, type AccountSight } from '../common/closing.js';
import { closeSide, type Ladder } from './context.js';
import { settle, flat } from './settle.js';
import { heldSteps } from './size.js';
import { place, type Armed } from './slot-order.js';
import type { Quote, SlotState } from './state.js';

/** What an exit has to know beside its slot. */
export interface ExitSurroundings {
  quote: Quote | null;
  sight: AccountSight | null;
  now: number;
}

/** The next step out of one position: its own order is taken back first, the slot is free when the venue agrees. */
export function stepSlotExit(
  ladder: Ladder,
  slot: number,
  state: SlotState,
  { quote, sight, now }: ExitSurroundings,
): Armed {
  const { leg } = ladder;
  const side = closeSide(slot);
  const liveOrders = state.order !== null && state.exit?.isOrdered !== true ? 1 : 0;
  const held = heldSteps(leg.market, state);
  // What the venue shows of a market is of all its positions; one of them can be over before the others.
  const own = sight === null ? null : { ...sight, position: null };
  const step = stepClosing(state, { leg, side, held, liveOrders, quote, sight: own, now });
  if (step.exit.phase === 'flat') {
    return { state: settle(ladder, slot, { ...flat(state), waiting: null }), commands: step.commands };
  }
  const next = step.exit === state.exit ? state : { ...state, exit: step.exit };
  if (step.close === null) return { state: next, commands: step.commands };
  const placed = place(ladder, slot, next, { side, ...step.close, closes: true, isExit: true });
  return { state: placed.state, commands: [...step.commands, ...placed.commands] };
}
