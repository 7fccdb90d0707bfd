import { type Decimal, dec, decStr, roundTo, sum, ZERO } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { PlanContext } from '../kind.js';
import type { LevelView, ProfitSplit, StrategyView } from '../view.js';
import { baseIn, costIn, feesIn } from './accounting.js';
import { closeSide, isLong, ladderOf, openSide, type Ladder } from './context.js';
import type { LadderGridParams } from './params.js';
import { closeTarget, openSteps, openTarget, referenceOf } from './prices.js';
import { heldSteps } from './size.js';
import type { LadderGridState, SlotState } from './state.js';

/** Places of an average entry price on the screen. */
const PRICE_PLACES = 8;

interface Inventory {
  /** Signed: short positions count as negative. */
  base: Decimal;
  cost: Decimal;
  fees: Decimal;
}

function inventoryOf(state: LadderGridState): Inventory {
  const { unassigned } = state.header;
  let base = dec(unassigned.base);
  let cost = dec(unassigned.cost);
  let fees = dec(unassigned.fee);
  for (const [slot, { lots }] of state.slots) {
    const sign = isLong(slot) ? 1 : -1;
    base = base.plus(baseIn(lots).times(sign));
    cost = cost.plus(costIn(lots).times(sign));
    fees = fees.plus(feesIn(lots));
  }
  return { base, cost, fees };
}

/** `mark` is the price inventory is valued at, quote per base. */
function profitOf(state: LadderGridState, { base, cost, fees }: Inventory, mark: Decimal): ProfitSplit {
  const { realised, funding } = state.header;
  const unrealised = base.times(mark).minus(cost);
  return {
    grid: realised,
    inventoryRealised: '0',
    inventoryUnrealised: decStr(unrealised),
    priceImprovement: '0',
    funding,
    openFees: decStr(fees),
    total: decStr(sum([realised, unrealised, funding]).minus(fees)),
  };
}

/** Opening and closing price of a slot, as they are or would be now. */
function pricesOf(ladder: Ladder, state: LadderGridState, slot: number, at: SlotState): [string, string] {
  const { market } = ladder.leg;
  const reference = referenceOf(ladder, state.header, slot, state.quote ?? state.header.anchor);
  const resting = at.order !== null && at.order.side === openSide(slot) ? at.order.price : null;
  const open = Math.max(1, resting ?? openTarget(ladder, slot, reference ?? 1));
  const opened = at.phase === 'open' ? null : at.opened;
  const entry = opened === null ? ticksToPrice(market, open) : dec(opened.notional).div(opened.base);
  const target = at.target ?? closeTarget(ladder, slot, { base: '1', notional: decStr(entry) });
  return [decStr(roundTo(entry, PRICE_PLACES)), decStr(ticksToPrice(market, target))];
}

function stateOf(state: LadderGridState, at: SlotState): Pick<LevelView, 'state' | 'reason'> {
  const { order, waiting } = at;
  if (order === null) {
    if (state.header.paused)
      return {
        state: 'waiting',
        reason: { code: 'STOPPED', message: 'The strategy is stopped; the slot goes on at the next start.' },
      };
    if (waiting !== null)
      return { state: 'waiting', reason: { code: waiting.code, message: waiting.message } };
    if (at.phase === 'exit')
      return {
        state: 'waiting',
        reason: { code: 'EXITING', message: 'The position is being closed; the account is looked at first.' },
      };
    return { state: 'waiting', reason: { code: 'NO_QUOTE', message: 'Waiting for the next price.' } };
  }
  if (order.state === 'intent') return { state: 'in-flight', reason: null };
  if (order.state !== 'sent') return { state: 'resting', reason: null };
  const message =
    'The exchange has not answered; the order is looked up and nothing is sent until its fate is known.';
  return { state: 'frozen', reason: { code: 'OUTCOME_UNKNOWN', message } };
}

function levelOf(ladder: Ladder, state: LadderGridState, slot: number, at: SlotState): LevelView {
  const { market } = ladder.leg;
  const [open, close] = pricesOf(ladder, state, slot, at);
  const side = at.order?.side ?? (at.phase === 'open' ? openSide(slot) : closeSide(slot));
  const isOpening = side === openSide(slot);
  const steps =
    at.order !== null
      ? at.order.quantity - at.order.filled
      : at.phase === 'open'
        ? openSteps(ladder, Math.max(1, openTarget(ladder, slot, state.header.anchor.bid)))
        : heldSteps(market, at);
  return {
    slot,
    buyPrice: isLong(slot) ? open : close,
    sellPrice: isLong(slot) ? close : open,
    side,
    price: isOpening ? open : close,
    quantity: decStr(stepsToQuantity(market, steps)),
    ...stateOf(state, at),
    cycles: at.cycles,
  };
}

function phaseOf(state: LadderGridState): string {
  if (state.header.paused) return 'paused';
  if (state.header.ending !== null) return 'stopping';
  return [...state.slots.values()].some((slot) => slot.phase === 'exit') ? 'closing a position' : 'trading';
}

/** Slots with reasons, position and profit at the middle of the last best quotes (those of the start before any). */
export function viewLadderGrid(
  params: LadderGridParams,
  context: PlanContext,
  state: LadderGridState,
): StrategyView {
  const ladder = ladderOf(params, context);
  const { market } = ladder.leg;
  const { bid, ask } = state.quote ?? state.header.anchor;
  const mark = ticksToPrice(market, bid).plus(ticksToPrice(market, ask)).div(2);
  const inventory = inventoryOf(state);
  const slots = [...state.slots].sort(([a], [b]) => a - b);
  const exiting = slots.find(([, slot]) => slot.phase === 'exit' && slot.waiting !== null)?.[1].waiting;
  return {
    levels: slots.map(([slot, at]) => levelOf(ladder, state, slot, at)),
    range: null,
    position: decStr(inventory.base),
    positionCost: decStr(inventory.cost.isZero() ? ZERO : inventory.cost),
    positionCount: slots.filter(([, at]) => at.phase !== 'open' && heldSteps(market, at) > 0).length,
    cycles: state.header.cycles,
    profit: profitOf(state, inventory, mark),
    phase: phaseOf(state),
    hasStop: params.stopLoss !== undefined,
    ending: state.header.ending !== null,
    blocked: exiting == null ? null : { code: exiting.code, message: exiting.message },
  };
}
