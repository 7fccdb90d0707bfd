import { Type, type Static } from 'typebox';
import type { PlanContext } from '../kind.js';
import type { LadderGridParams } from './params.js';
import { Header, SlotState, type LadderGridState } from './state.js';
import { readStored } from '../common/stored.js';

/** Positions with their take-profit prices and ages, and statistics: what survives an edit. */
const Carried = Type.Object({
  ...Type.Pick(Header, ['realised', 'funding', 'unassigned', 'cycles', 'lateCycles']).properties,
  positions: Type.Array(
    Type.Object({
      slot: Type.Integer(),
      ...Type.Pick(SlotState, ['lots', 'opened', 'openedAt', 'target', 'cycles']).properties,
    }),
  ),
});
export type Carried = Static<typeof Carried>;

const NOTHING: Carried = {
  realised: '0',
  funding: '0',
  unassigned: { base: '0', cost: '0', fee: '0' },
  cycles: 0,
  lateCycles: 0,
  positions: [],
};

/** What a revision begins with; null is the very first start. @throws when it is not what `carryLadderGrid` gave. */
export function carriedFrom(carried: unknown): Carried {
  return carried === null ? NOTHING : readStored(Carried, carried, 'what is carried over');
}

/** Every position stays what it is, with its own take-profit. No order may be live. */
export function carryLadderGrid(
  _params: LadderGridParams,
  _context: PlanContext,
  state: LadderGridState,
): Carried {
  const { realised, funding, unassigned, cycles, lateCycles } = state.header;
  const positions = [...state.slots]
    .filter(([, slot]) => slot.lots.length > 0 || slot.cycles > 0)
    .map(([slot, { lots, opened, openedAt, target, cycles: own }]) => ({
      slot,
      lots,
      opened,
      openedAt,
      target,
      cycles: own,
    }));
  return { realised, funding, unassigned, cycles, lateCycles, positions };
}
