import type { PaperFillRow, PaperOrderRow } from '@gridfleet/shared/infra';
import type { OrderReport, VenueFill } from '../venue.js';

export function fillOf(row: PaperFillRow): VenueFill {
  return {
    market: row.market,
    exchangeOrderId: row.orderId,
    side: row.side,
    tradeId: row.tradeId,
    price: row.price,
    quantity: row.quantity,
    quoteQuantity: row.quoteQuantity,
    fee: row.fee,
    feeAsset: row.feeAsset,
    maker: row.maker,
    time: row.time.getTime(),
  };
}

export function reportOf(row: PaperOrderRow, fill: PaperFillRow | null = null): OrderReport {
  return {
    market: row.market,
    clientOrderId: row.clientOrderId,
    exchangeOrderId: row.orderId,
    side: row.side,
    state: row.state,
    price: row.price,
    quantity: row.quantity,
    filledQuantity: row.filledQuantity,
    createdAt: row.createdAt.getTime(),
    fill: fill === null ? null : fillOf(fill),
    refusal:
      row.reasonCode === null
        ? null
        : { code: row.reasonCode, message: `The paper venue ended the order: ${row.reasonCode}.` },
  };
}

/** What changed, as private events: each trade with its order, then orders that changed without one. */
export function reportsOf(orders: readonly PaperOrderRow[], fills: readonly PaperFillRow[]): OrderReport[] {
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const traded = new Set(fills.map((fill) => fill.orderId));
  const withTrade = fills.flatMap((fill) => {
    const order = byId.get(fill.orderId);
    return order === undefined ? [] : [reportOf(order, fill)];
  });
  return [
    ...withTrade,
    ...orders.filter(({ orderId }) => !traded.has(orderId)).map((order) => reportOf(order)),
  ];
}
