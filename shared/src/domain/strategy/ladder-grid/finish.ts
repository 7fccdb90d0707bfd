import { toSteps } from '../../market/market.js';
import { dec } from '../../numbers/decimal.js';
import type { Command, FinishOutcome } from '../events.js';
import type { Ladder } from './context.js';
import { heldSteps } from './size.js';
import type { LadderGridState } from './state.js';

function outcomeOf(ladder: Ladder, state: LadderGridState): FinishOutcome {
  const { market } = ladder.leg;
  const slots = [...state.slots.values()];
  if (slots.some((slot) => slot.order !== null)) return 'orders-kept';
  const outside = toSteps(market, dec(state.header.unassigned.base).abs(), 'down');
  const isHolding = slots.some((slot) => slot.phase !== 'open' && heldSteps(market, slot) > 0);
  return isHolding || outside > 0 ? 'holding' : 'flat';
}

/** The end of a strategy that was asked to end, once nothing is left to do; null before. */
export function finishOf(ladder: Ladder, state: LadderGridState): Command | null {
  const { ending } = state.header;
  if (ending === null) return null;
  const slots = [...state.slots.values()];
  if (ending !== 'keep' && slots.some((slot) => slot.order !== null)) return null;
  // Flat is what the exchange's fills say, not what was sent.
  if (ending === 'sell' && slots.some((slot) => slot.phase !== 'open')) return null;
  return {
    type: 'finish',
    reason: { code: 'STOP_REQUESTED', message: 'The strategy has ended as asked.' },
    outcome: outcomeOf(ladder, state),
  };
}
