import {
  dec,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  toTicks,
  type Market,
  type Reason,
} from '@gridfleet/shared/domain';
import {
  MatchingBook,
  type IncomingOrder,
  type Level,
  type MatchEvent,
} from '@gridfleet/shared/domain/matching';
import type { PaperOrderRow } from '@gridfleet/shared/infra';
import type { PlaceRequest, VenueDepth, VenueLevel } from '../venue.js';
import { lockOf, payAsset, unfilled, type PaperLedger } from './paper-ledger.js';

export type PaperPlacement = { order: PaperOrderRow } | { refused: Reason };

/** Owner of all orders in a book that holds those of one account. */
const OWNER = 'account';

/** A level of the outside market; a quantity finer than a step is cut. */
export function levelOf(market: Market, [price, quantity]: VenueLevel): Level {
  return [toTicks(market, price), toSteps(market, quantity, 'down')];
}

/** The outside market as the book takes it. */
export function snapshotOf(market: Market, depth: VenueDepth): { bids: Level[]; asks: Level[] } {
  return {
    bids: depth.bids.map((level) => levelOf(market, level)),
    asks: depth.asks.map((level) => levelOf(market, level)),
  };
}

/** Puts an order of the account back into a book, behind what the outside market shows. */
export function restoreInto(book: MatchingBook, market: Market, order: PaperOrderRow): void {
  book.restore({
    id: Number(order.orderId),
    owner: OWNER,
    side: order.side,
    price: toTicks(market, order.price ?? '0'),
    remaining: toSteps(market, unfilled(order), 'down'),
  });
}

/**
 * Places an order against the book as it is now: the venue's filters, the account's funds, then the matching core.
 * Resting orders that the book has reached fill first, as they would have at the exchange.
 */
export function placePaper(ledger: PaperLedger, request: PlaceRequest, depth: VenueDepth): PaperPlacement {
  const { market } = request;
  const book = new MatchingBook();
  for (const order of ledger.open(market.symbol)) restoreInto(book, market, order);
  applyMatches(ledger, market, book.reset(snapshotOf(market, depth)));

  if (ledger.open(market.symbol).some((order) => order.clientOrderId === request.clientOrderId)) {
    return refuse(
      'DUPLICATE_CLIENT_ORDER_ID',
      `an open order has the client order id ${request.clientOrderId}`,
    );
  }
  const incoming = incomingOf(ledger, request);
  if ('code' in incoming) return { refused: incoming };
  const plan = book.preview(incoming);
  if (incoming.postOnly && plan.steps.length > 0) {
    return refuse('WOULD_CROSS', 'the order would match at once, and it is post-only');
  }
  const price = incoming.price ?? book.quote()[request.side === 'buy' ? 'ask' : 'bid']?.[0];
  if (price === undefined) return refuse('MARKET_EMPTY', `${market.symbol} shows nothing to trade against`);
  const refusal = sizeRefusal(market, price, toSteps(market, request.quantity, 'down'));
  if (refusal !== null) {
    const filter = refusal === 'BELOW_MIN_NOTIONAL' ? 'NOTIONAL' : 'LOT_SIZE';
    return refuse(
      `FILTER_${filter}`,
      `${request.quantity} at ${ticksToPrice(market, price).toFixed()}: ${refusal}`,
    );
  }
  const locked =
    incoming.price !== null
      ? lockOf(request.side, request.price ?? '0', dec(request.quantity))
      : request.side === 'sell'
        ? stepsToQuantity(market, plan.filled)
        : dec(market.tickSize).times(market.stepSize).times(plan.cost.toString());
  const asset = payAsset(market, request);
  if (ledger.free(asset).lt(locked)) {
    return refuse('INSUFFICIENT_FUNDS', `the order needs ${locked.toFixed()} ${asset}`);
  }
  const order = ledger.accept(request, locked);
  applyMatches(ledger, market, book.place(incoming));
  return { order };
}

/** Books what the matching core says has happened. */
export function applyMatches(ledger: PaperLedger, market: Market, events: readonly MatchEvent[]): void {
  for (const event of events) {
    if (event.kind === 'trade') {
      const price = ticksToPrice(market, event.price);
      const quantity = stepsToQuantity(market, event.quantity);
      if (event.taker !== null) ledger.fill(market, String(event.taker), price, quantity, false);
      if (event.maker !== null) ledger.fill(market, String(event.maker), price, quantity, true);
    } else if (event.kind === 'expired') {
      const order = ledger.order(String(event.order));
      if (order?.isOpen !== true) continue;
      ledger.end(market, order, 'expired', event.cause === 'self-trade' ? 'SELF_TRADE_PREVENTED' : null);
    }
  }
}

function refuse(code: string, message: string): { refused: Reason } {
  return { refused: { code, message } };
}

/** The order in ticks and steps, or the filter it does not pass. */
function incomingOf(ledger: PaperLedger, request: PlaceRequest): IncomingOrder | Reason {
  const { market } = request;
  if (!market.active) return { code: 'MARKET_CLOSED', message: `${market.symbol} takes no orders now` };
  const quantity = toSteps(market, request.quantity, 'down');
  if (!stepsToQuantity(market, quantity).eq(request.quantity)) {
    return { code: 'FILTER_LOT_SIZE', message: `${request.quantity} is no multiple of ${market.stepSize}` };
  }
  const limit = request.type === 'limit' ? request.price : null;
  if (request.type === 'limit' && limit === null) {
    return { code: 'PARAMETER_REFUSED', message: 'a limit order needs a price' };
  }
  const price = limit === null ? null : toTicks(market, limit);
  if (limit !== null && price !== null && (price < 1 || !ticksToPrice(market, price).eq(limit))) {
    return { code: 'FILTER_PRICE_FILTER', message: `${limit} is no multiple of ${market.tickSize}` };
  }
  return {
    id: Number(ledger.nextId()),
    owner: OWNER,
    side: request.side,
    price,
    amount: { quantity },
    timeInForce: price === null ? 'IOC' : request.timeInForce,
    postOnly: request.postOnly && price !== null,
    selfTrade: 'expire-maker',
  };
}
