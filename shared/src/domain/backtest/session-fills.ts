import { decStr, type Decimal } from '../numbers/decimal.js';
import { stepsToQuantity, type Steps } from '../market/market.js';
import type { Fill } from '../order/order.js';
import type { SessionOrder } from './session-order.js';
import type { BacktestSetup } from './setup.js';

/** Name of the coin of third-coin fees; only that it is neither base nor quote matters. */
const FEE_COIN = 'FEE-COIN';

/** What is known of a trade beside its order. */
export interface Trade {
  /** Number of the fill in its run, from 1. */
  number: number;
  price: Decimal;
  steps: Steps;
  taker: boolean;
  /** Ms. */
  time: number;
}

/** A trade as the machine hears of it, its fee as the setup says. */
export function fillOf({ market, fees }: BacktestSetup, order: SessionOrder, trade: Trade): Fill {
  const { price, taker } = trade;
  const quantity = stepsToQuantity(market, trade.steps);
  const notional = price.times(quantity);
  const rate = taker ? fees.taker : fees.maker;
  const inBase = fees.currency === 'base' && order.side === 'buy';
  const feeQuote = notional.times(rate);
  return {
    tradeId: String(trade.number),
    price: decStr(price),
    quantity: decStr(quantity),
    quoteQuantity: decStr(notional),
    fee: decStr(inBase ? quantity.times(rate) : feeQuote),
    feeAsset: inBase ? market.base : fees.currency === 'third' ? FEE_COIN : market.quote,
    feeQuote: decStr(feeQuote),
    maker: !taker,
    time: trade.time,
  };
}
