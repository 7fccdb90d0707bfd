import type { LegContext } from '../kind.js';
import type { FeeMode } from '../range-grid/test-exchange.js';
import { KindSession, LINEAR_LEG, TEST_LEG } from '../testing/kind-session.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import type { LadderGridState } from './state.js';

/** For tests only: three slots, one percent apart. */
export const PARAMS: LadderGridParams = {
  side: 'long',
  levels: 3,
  openDeviation: '1',
  closeDeviation: '1',
  quantity: { mode: 'base', value: '1' },
  anchor: 'trail-up',
  tolerance: '0.1',
  positionMode: 'one-way',
  postOnly: false,
};
/** For tests only: a spot market at 100.00 and a perpetual there, without fees. */
export const FREE: LegContext = { ...TEST_LEG, makerRate: '0', takerRate: '0', bid: 10_000, ask: 10_001 };
export const FREE_LINEAR: LegContext = {
  ...LINEAR_LEG,
  makerRate: '0',
  takerRate: '0',
  bid: 10_000,
  ask: 10_001,
};
export const REFUSAL = { code: 'INSUFFICIENT_BALANCE', message: 'The exchange refused the order.' };

/** For tests only: a ladder at 100.00 with buys at 99, 98 and 97, all resting. */
export function ladder(
  params: Partial<LadderGridParams> = {},
  leg: LegContext = FREE,
  feeMode: FeeMode = 'received',
): KindSession<LadderGridParams, LadderGridState> {
  const session = new KindSession(ladderGrid, { ...PARAMS, ...params }, leg, feeMode);
  session.acceptAll();
  return session;
}

/** For tests only: slot, side and price of every live order, by slot. */
export function resting(
  session: KindSession<LadderGridParams, LadderGridState>,
): [number, string, number | null][] {
  return session.exchange
    .live()
    .map(({ key, side, price }): [number, string, number | null] => [key.slot, side, price])
    .sort(([a], [b]) => a - b);
}
