import { dec, decStr, roundTo, sum, ZERO } from '../../numbers/decimal.js';
import {
  maxSteps,
  notional,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  type Ticks,
} from '../../market/market.js';
import { breakEvenRatio, cycleFigures } from '../common/cycle-figures.js';
import { fundsRefusals } from '../common/funds.js';
import { protectionRefusals } from '../common/protection.js';
import type { LegContext } from '../kind.js';
import type { Plan, PlanLevel, Refusal } from '../plan.js';
import { buySteps, targetOf } from './context.js';
import type { DcaParams } from './params.js';

function refusalsOf(params: DcaParams, leg: LegContext, prices: readonly Ticks[]): Refusal[] {
  const refusals: Refusal[] = [];
  const refuse = (code: string, field: string, message: string): void => {
    refusals.push({ code, field: `params.${field}`, message });
  };
  if (!leg.market.active)
    refusals.push({
      code: 'MARKET_INACTIVE',
      message: `${leg.market.symbol} is not open for trading at the venue.`,
    });
  if (dec(params.takeProfit).lte(0))
    refuse('DEVIATION_NOT_POSITIVE', 'takeProfit', 'The take-profit must be above zero percent.');
  if (params.stepDeviation !== undefined && dec(params.stepDeviation).lte(0))
    refuse('DEVIATION_NOT_POSITIVE', 'stepDeviation', 'The step must be above zero percent.');
  if (params.buys > 1 && params.intervalMinutes === undefined && params.stepDeviation === undefined)
    refuse('NEVER_DUE', 'intervalMinutes', 'Say when the next buy is due: an interval, a step, or both.');
  prices.forEach((price, i) => {
    const steps = price < 1 ? 0 : buySteps(params, leg, price);
    const size = steps > maxSteps(leg.market) ? 'ABOVE_MAX_QUANTITY' : sizeRefusal(leg.market, price, steps);
    const code = price < 1 ? 'PRICE_NOT_POSITIVE' : size;
    if (code === null) return;
    const field = code === 'PRICE_NOT_POSITIVE' ? 'buys' : 'quantity.value';
    const message = `Buy ${i}: ${steps} steps of ${leg.market.stepSize} at ${decStr(ticksToPrice(leg.market, price))} cannot be ordered (${code}).`;
    refusals.push({ code, level: i, field: `params.${field}`, message });
  });
  return refusals;
}

/** Prices of the buys of one round if the market falls by one step for each; the present one without steps. */
function buyPrices(params: DcaParams, leg: LegContext): Ticks[] {
  const kept = dec('100')
    .minus(params.stepDeviation ?? '0')
    .div(100);
  return Array.from({ length: params.buys }, (_, i) => kept.pow(i).times(leg.ask).floor().toNumber());
}

/** Preview and gate: every buy of one round, the funds for all of them, and the profit of the first one. */
export function planDca(params: DcaParams, leg: LegContext): Plan {
  const { market } = leg;
  const prices = buyPrices(params, leg);
  const refusals = refusalsOf(params, leg, prices);
  const nothing = { levels: [], requirements: [], initialPurchase: '0', cycle: null, breakEvenRatio: null };
  if (refusals.length > 0) return { ...nothing, worstCase: null, refusals };
  let base = ZERO;
  let cost = ZERO;
  const levels = prices.map((price, cell): PlanLevel => {
    const steps = buySteps(params, leg, price);
    base = base.plus(stepsToQuantity(market, steps));
    cost = cost.plus(notional(market, price, steps));
    return {
      cell,
      side: 'buy',
      price: decStr(ticksToPrice(market, price)),
      buyPrice: decStr(ticksToPrice(market, price)),
      sellPrice: decStr(ticksToPrice(market, targetOf(params, leg, base, cost))),
      quantity: decStr(stepsToQuantity(market, steps)),
      reserved: decStr(notional(market, price, steps)),
      reservedAsset: market.quote,
      holdsBase: false,
    };
  });
  const requirements = [
    { leg: leg.leg, asset: market.quote, amount: decStr(sum(levels.map(({ reserved }) => reserved))) },
  ];
  const steps = buySteps(params, leg, leg.ask);
  const first = stepsToQuantity(market, steps);
  const target = targetOf(params, leg, first, notional(market, leg.ask, steps));
  const { gross, fees, net, percent } = cycleFigures(leg, leg.ask, target, steps);
  if (net.lte(0))
    refusals.push({
      code: 'CYCLE_NOT_PROFITABLE',
      field: 'params.takeProfit',
      message: `A round earns ${decStr(gross)} and pays ${decStr(fees)} ${market.quote} in fees: use a larger take-profit.`,
    });
  return {
    levels,
    requirements,
    initialPurchase: '0',
    cycle: {
      gross: decStr(gross),
      fees: decStr(fees),
      net: decStr(net),
      netPercent: decStr(roundTo(percent(), 6)),
    },
    breakEvenRatio: decStr(roundTo(breakEvenRatio(leg), 10)),
    worstCase: {
      base: decStr(base),
      valueAtLower: decStr(base.times(ticksToPrice(market, Math.min(...prices)))),
    },
    refusals: [
      ...refusals,
      ...protectionRefusals(leg, {
        hasStop: false,
        isWaived: params.allowUnprotected === true,
        field: 'params.allowUnprotected',
        remedy:
          'this kind has no stop-loss. Set allowUnprotected to trade without one, or trade another kind.',
      }),
      ...fundsRefusals(requirements, leg),
    ],
  };
}
