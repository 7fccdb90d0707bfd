import { clientOrderId, type ExchangeStop, type Market } from '@gridfleet/shared/domain';
import type { ExchangeStopRow, OrderRow } from '@gridfleet/shared/infra';
import type { VenueAccount } from '../venue/venue.js';
import type { VenueFutures } from '../venue/venue-futures.js';
import { INTENT_VALIDITY_MS } from './intent.js';
import type { RunFrame } from './step-types.js';

/** The row of a stop that is to be sent now. */
export function stopRow(
  { salt, strategyId, runId, accountIds }: RunFrame,
  leg: number,
  market: Market,
  { key: { positionSide, slot }, side, price }: ExchangeStop,
  generation: number,
  now: number,
): ExchangeStopRow {
  return {
    clientOrderId: clientOrderId({ salt, strategyId, leg, slot, side, generation }),
    strategyId,
    runId,
    accountId: accountIds[leg] ?? 0,
    leg,
    market: market.symbol,
    positionSide,
    slot,
    side,
    generation,
    triggerPrice: price,
    state: 'intent',
    exchangeOrderId: null,
    reasonCode: null,
    reasonMessage: null,
    notAfter: new Date(now + INTENT_VALIDITY_MS),
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
}

/** The row of the order that a stop has become; null as long as the exchange does not name it. */
export async function stopOrderRow(
  { frame, account, futures }: { frame: RunFrame; account: VenueAccount; futures: VenueFutures },
  stop: ExchangeStopRow,
  exchangeOrderId: string,
): Promise<Omit<OrderRow, 'id'> | null> {
  const { clientOrderId } = await futures.originOf(stop.market, exchangeOrderId);
  if (clientOrderId === null) return null;
  const lookup = await account.order(stop.market, clientOrderId);
  if (!lookup.found) return null;
  const now = new Date();
  return {
    strategyId: frame.strategyId,
    runId: frame.runId,
    accountId: stop.accountId,
    leg: stop.leg,
    market: stop.market,
    positionSide: stop.positionSide,
    slot: stop.slot,
    side: stop.side,
    generation: stop.generation,
    clientOrderId,
    exchangeOrderId,
    type: 'market',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: true,
    price: null,
    quantity: lookup.report.quantity,
    filledQuantity: '0',
    filledQuote: '0',
    unitMargin: null,
    state: 'sent',
    isFinal: false,
    reasonCode: 'STOP_TRIGGERED',
    reasonMessage: 'The stop at the exchange has become this order.',
    fence: String(frame.fence),
    version: 0,
    notAfter: now,
    createdAt: now,
    updatedAt: now,
  };
}
