import { dec, decStr, sum } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { LevelView, StrategyView } from '../view.js';
import { buySteps, sellSteps } from './context.js';
import type { DcaParams } from './params.js';
import { BUY_SLOT, type DcaState, type SlotState } from './state.js';

const IDLE = {
  buy: { code: 'NOT_DUE', message: 'The next buy is not due yet.' },
  sell: { code: 'EMPTY', message: 'Nothing is held that could be sold.' },
} as const;

function levelOf(
  params: DcaParams,
  leg: LegContext,
  state: DcaState,
  slot: number,
  at: SlotState,
): LevelView {
  const { market } = leg;
  const { header, quote } = state;
  const side = slot === BUY_SLOT ? 'buy' : 'sell';
  const ask = quote?.ask ?? header.startPrice;
  const buyPrice = decStr(ticksToPrice(market, ask));
  const sellPrice = decStr(ticksToPrice(market, header.target ?? ask));
  const free = side === 'buy' ? buySteps(params, leg, ask) : sellSteps(leg, header);
  const steps = at.order === null ? free : at.order.quantity - at.order.filled;
  const isAnswered = at.order !== null && at.order.state !== 'intent' && at.order.state !== 'sent';
  const { code, message } = at.waiting ?? IDLE[side];
  return {
    slot,
    buyPrice,
    sellPrice,
    side,
    price: side === 'buy' ? buyPrice : sellPrice,
    quantity: decStr(stepsToQuantity(market, steps)),
    state:
      at.order === null
        ? 'waiting'
        : isAnswered
          ? 'resting'
          : at.order.state === 'sent'
            ? 'frozen'
            : 'in-flight',
    reason: at.order === null ? { code, message } : null,
    cycles: side === 'sell' ? header.cycles : 0,
  };
}

/** Both slots, the position and its profit at the middle of the best quotes. */
export function viewDca(params: DcaParams, leg: LegContext, state: DcaState): StrategyView {
  const { header, quote } = state;
  const bid = ticksToPrice(leg.market, quote?.bid ?? header.startPrice);
  const mark = bid.plus(ticksToPrice(leg.market, quote?.ask ?? header.startPrice)).div(2);
  const { base, cost, fee } = header.held;
  const unrealised = dec(base).times(mark).minus(cost);
  return {
    levels: [...state.slots].map(([slot, at]) => levelOf(params, leg, state, slot, at)),
    range: null,
    position: base,
    positionCost: cost,
    positionCount: sellSteps(leg, header) > 0 ? 1 : 0,
    cycles: header.cycles,
    profit: {
      grid: header.realised,
      inventoryRealised: '0',
      inventoryUnrealised: decStr(unrealised),
      priceImprovement: '0',
      funding: header.funding,
      openFees: fee,
      total: decStr(sum([header.realised, unrealised, header.funding]).minus(fee)),
    },
    phase: header.paused ? 'paused' : header.ending === null ? 'trading' : 'stopping',
    hasStop: false,
    ending: header.ending !== null,
    blocked: null,
  };
}
