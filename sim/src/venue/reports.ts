import type { Account } from '../account/accounts.js';
import type { OrderEvent } from './events.js';
import { isWorking } from './order.js';
import { priceText, quantityText } from './rules.js';
import { unitsText } from './units.js';

type Json = Record<string, unknown>;

const NO_AMOUNT = unitsText(0n);

/** The execution type as clients are told it: a triggered order is new once more, now in the book. */
export function executionType({ execution }: Pick<OrderEvent, 'execution'>): string {
  return execution === 'TRIGGERED' ? 'NEW' : execution;
}

/** The `executionReport` of one change of an order. */
export function executionReport(event: OrderEvent, eventId: number): Json {
  const { order, fill, cancelId, time } = event;
  const { rules } = order;
  return {
    e: 'executionReport',
    E: time,
    s: rules.symbol,
    c: cancelId ?? order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: quantityText(rules, order.quantity),
    p: priceText(rules, order.price),
    P: priceText(rules, order.stopPrice),
    F: NO_AMOUNT,
    g: -1,
    C: cancelId === undefined ? '' : order.clientOrderId,
    x: executionType(event),
    X: order.status,
    r: 'NONE',
    i: order.orderId,
    l: fill ? quantityText(rules, fill.quantity) : NO_AMOUNT,
    z: quantityText(rules, order.executed),
    L: fill ? priceText(rules, fill.price) : NO_AMOUNT,
    n: fill ? unitsText(fill.commission) : '0',
    N: fill ? fill.commissionAsset : null,
    T: time,
    t: fill?.tradeId ?? -1,
    I: eventId,
    w: isWorking(order),
    m: fill?.maker ?? false,
    M: fill !== undefined,
    O: order.time,
    Z: unitsText(order.quote),
    Y: fill ? unitsText(fill.quote) : NO_AMOUNT,
    Q: unitsText(order.quoteOrderQty),
    ...(order.workingTime < 0 ? {} : { W: order.workingTime }),
    V: order.stpMode,
  };
}

/** The `outboundAccountPosition` of the assets that changed. */
export function accountPosition(account: Account, assets: ReadonlySet<string>, time: number): Json {
  return {
    e: 'outboundAccountPosition',
    E: time,
    u: account.updateTime,
    B: [...assets].map((asset) => {
      const { free, locked } = account.balances.get(asset);
      return { a: asset, f: unitsText(free), l: unitsText(locked) };
    }),
  };
}
