import { dec, decStr, roundTo, sum, ZERO } from '../../numbers/decimal.js';
import {
  notional,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import { breakEvenRatio, cycleFigures, type CycleFigures } from '../common/cycle-figures.js';
import { fundsRefusals } from '../common/funds.js';
import { protectionRefusals } from '../common/protection.js';
import { isFeeInBase } from '../fee-currency.js';
import type { PlanContext } from '../kind.js';
import type { Plan, PlanLevel, PlanRequirement, Refusal } from '../plan.js';
import { isLong, ladderOf, openSide, type Ladder } from './context.js';
import type { LadderGridParams } from './params.js';
import { closeTarget, openRefusal, openSteps, openTarget } from './prices.js';
import { shapeRefusals } from './plan-shape.js';

const EMPTY: Omit<Plan, 'refusals'> = {
  levels: [],
  requirements: [],
  initialPurchase: '0',
  cycle: null,
  breakEvenRatio: null,
  worstCase: null,
};

/** A slot with its prices when the plan is made. */
interface Rung {
  slot: number;
  open: Ticks;
  close: Ticks;
  quantity: Steps;
}

function rungOf(ladder: Ladder, slot: number): Rung {
  const { market, bid, ask } = ladder.leg;
  const open = openTarget(ladder, slot, isLong(slot) ? bid : ask);
  const quantity = openSteps(ladder, open);
  // The entry is the opening price itself: fills may only be better.
  const close = closeTarget(ladder, slot, { base: '1', notional: decStr(ticksToPrice(market, open)) });
  return { slot, open, close, quantity };
}

/** What a venue takes of a bought quantity, and the rest that the take-profit can sell. */
function netSteps(ladder: Ladder, quantity: Steps): Steps {
  const { market, makerRate } = ladder.leg;
  if (!isFeeInBase(ladder.leg)) return quantity;
  return toSteps(market, stepsToQuantity(market, quantity).times(dec('1').minus(makerRate)), 'down');
}

function figuresOf(ladder: Ladder, { slot, open, close, quantity }: Rung): CycleFigures {
  return isLong(slot)
    ? cycleFigures(ladder.leg, open, close, quantity)
    : cycleFigures(ladder.leg, close, open, quantity);
}

function rungRefusals(ladder: Ladder, rung: Rung, previous: Rung | undefined): Refusal[] {
  const { market } = ladder.leg;
  const { slot, open, close, quantity } = rung;
  const at = { level: slot };
  const refusals: Refusal[] = [];
  if (previous !== undefined && isLong(previous.slot) === isLong(slot) && previous.open === open)
    refusals.push({
      ...at,
      code: 'LEVELS_COLLAPSE',
      field: 'params.openDeviation',
      message: `Slots ${previous.slot} and ${slot} are equal after rounding to the tick ${market.tickSize}: use a wider opening step.`,
    });
  const size = openRefusal(ladder, open, quantity);
  if (size !== null) {
    const amount = `${decStr(stepsToQuantity(market, quantity))} ${market.base}`;
    const price = decStr(ticksToPrice(market, open));
    refusals.push({
      ...at,
      code: size,
      field: 'params.quantity.value',
      message: `Slot ${slot}: ${amount} at ${price} is outside the venue's size rules (${size}).`,
    });
    return refusals;
  }
  if (sizeRefusal(market, close, netSteps(ladder, quantity)) !== null)
    refusals.push({
      ...at,
      code: 'NET_QUANTITY_TOO_SMALL',
      field: 'params.quantity.value',
      message: `Slot ${slot}: what is left after the opening fee is less than the venue takes.`,
    });
  const { gross, fees, net } = figuresOf(ladder, rung);
  if (net.lte(0))
    refusals.push({
      ...at,
      code: 'CYCLE_NOT_PROFITABLE',
      field: 'params.closeDeviation',
      message: `Slot ${slot}: a cycle earns ${decStr(gross)} and pays ${decStr(fees)} ${market.quote} in fees: use a larger take-profit.`,
    });
  return refusals;
}

function levelOf(ladder: Ladder, rung: Rung, isReserved: boolean): PlanLevel {
  const { market } = ladder.leg;
  const open = decStr(ticksToPrice(market, rung.open));
  const close = decStr(ticksToPrice(market, rung.close));
  const long = isLong(rung.slot);
  return {
    cell: rung.slot,
    side: openSide(rung.slot),
    price: open,
    buyPrice: long ? open : close,
    sellPrice: long ? close : open,
    quantity: decStr(stepsToQuantity(market, rung.quantity)),
    reserved: isReserved ? decStr(notional(market, rung.open, rung.quantity)) : '0',
    reservedAsset: market.quote,
    holdsBase: false,
  };
}

/** Preview and gate of a ladder: slots at the present price, funds, the least profitable cycle. */
export function planLadderGrid(params: LadderGridParams, context: PlanContext): Plan {
  const ladder = ladderOf(params, context);
  const { leg } = ladder;
  const { market } = leg;
  const shape = shapeRefusals(params, leg);
  if (shape.length > 0) return { ...EMPTY, refusals: shape };
  const rungs = ladder.slots.map((slot) => rungOf(ladder, slot));
  const refusals = rungs.flatMap((rung, i) => rungRefusals(ladder, rung, rungs[i - 1]));
  const resting = rungs.filter(({ slot }) => Math.abs(slot) <= ladder.limit);
  const levels = rungs.map((rung) => levelOf(ladder, rung, Math.abs(rung.slot) <= ladder.limit));
  const requirements: PlanRequirement[] = [
    { leg: leg.leg, asset: market.quote, amount: decStr(sum(levels.map((level) => level.reserved))) },
  ];
  refusals.push(
    ...protectionRefusals(leg, {
      hasStop: params.stopLoss !== undefined,
      isWaived: params.allowUnprotected === true,
      field: 'params.stopLoss',
      remedy: 'set stopLoss, or allowUnprotected to trade without one.',
    }),
    ...fundsRefusals(requirements, leg),
  );
  const figures = rungs.map((rung) => figuresOf(ladder, rung));
  const worst = figures.reduce((low, next) => (next.net.lt(low.net) ? next : low));
  const longs = resting.filter(({ slot }) => isLong(slot));
  const base = longs.reduce((total, { quantity }) => total.plus(stepsToQuantity(market, quantity)), ZERO);
  const lowest = Math.min(...rungs.map(({ open }) => open));
  return {
    levels,
    requirements,
    initialPurchase: '0',
    cycle: {
      gross: decStr(worst.gross),
      fees: decStr(worst.fees),
      net: decStr(worst.net),
      netPercent: decStr(roundTo(worst.percent(), 6)),
    },
    breakEvenRatio: decStr(roundTo(breakEvenRatio(leg), 10)),
    worstCase: { base: decStr(base), valueAtLower: decStr(base.times(ticksToPrice(market, lowest))) },
    refusals,
  };
}
