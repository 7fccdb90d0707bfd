import type { Trade } from '../market/tape.js';
import { commissionOf } from './commission.js';
import { lockedAsset, type Fill, type SpotOrder } from './order.js';
import { quantityUnits, quoteUnits } from './rules.js';
import type { Units } from './units.js';

/**
 * Books a trade into an order and its account's balances.
 * @param bnbPrice what one BNB costs in an asset, units; undefined when unknown.
 */
export function settleTrade(
  order: SpotOrder,
  trade: Trade,
  maker: boolean,
  bnbPrice: (asset: string) => Units | undefined,
): Fill {
  const { account, rules } = order;
  const { balances } = account;
  const buys = order.side === 'BUY';
  const base = quantityUnits(rules, trade.quantity);
  const quote = quoteUnits(rules, trade.price, trade.quantity);
  const [paid, received] = buys ? [quote, base] : [base, quote];
  // A limit buy locked its limit price; what a better price leaves over is free again.
  const released = buys && order.price > 0 ? quoteUnits(rules, order.price, trade.quantity) : paid;
  balances.unlock(lockedAsset(order), released - paid);
  balances.spend(lockedAsset(order), paid);
  // After the payment: selling BNB may leave too little of it for the commission.
  const commission = commissionOf(account, { rules, buys, maker, base, quote }, bnbPrice);
  balances.credit(buys ? rules.base : rules.quote, received);
  balances.credit(commission.asset, -commission.amount);

  order.locked -= released;
  order.executed += trade.quantity;
  order.quote += quote;
  order.updateTime = trade.time;
  order.status = order.executed === order.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
  return {
    tradeId: trade.id,
    order,
    price: trade.price,
    quantity: trade.quantity,
    quote,
    commission: commission.amount,
    commissionAsset: commission.asset,
    maker,
    time: trade.time,
  };
}
