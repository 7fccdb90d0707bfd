import { decStr } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { StrategyView } from '../view.js';
import type { SingleOrderParams } from './params.js';
import { ORDER_SLOT, type SingleOrderState } from './state.js';

/** The order as a level. What it buys or sells belongs to the account, not to a position of its own. */
export function viewSingleOrder(
  params: SingleOrderParams,
  { market, ask }: LegContext,
  state: SingleOrderState,
): StrategyView {
  const order = state.slots.get(ORDER_SLOT)?.order ?? null;
  const price = params.price ?? decStr(ticksToPrice(market, ask));
  const left =
    order === null ? params.quantity : decStr(stepsToQuantity(market, order.quantity - order.filled));
  const isAnswered = order !== null && order.state !== 'intent' && order.state !== 'sent';
  const shown =
    order === null ? 'waiting' : isAnswered ? 'resting' : order.state === 'sent' ? 'frozen' : 'in-flight';
  const waiting = state.header.isPlaced
    ? { code: 'ORDER_ENDED', message: 'The order is over.' }
    : { code: 'NOT_PLACED', message: 'The order waits for the first quote.' };
  return {
    levels: [
      {
        slot: ORDER_SLOT,
        buyPrice: price,
        sellPrice: price,
        side: params.side,
        price,
        quantity: left,
        state: shown,
        reason: order === null ? waiting : null,
        cycles: 0,
      },
    ],
    range: null,
    position: '0',
    positionCost: '0',
    positionCount: 0,
    cycles: 0,
    profit: {
      grid: '0',
      inventoryRealised: '0',
      inventoryUnrealised: '0',
      priceImprovement: '0',
      funding: '0',
      openFees: '0',
      total: '0',
    },
    phase: order === null ? (state.header.isPlaced ? 'ended' : 'placing') : 'resting',
    blocked: null,
    hasStop: false,
    ending: false,
  };
}
