import type { Ledger } from '../ledger/ledger.js';
import type { FillRecord, OrderRecord } from '../ledger/records.js';
import { isOpen, isWorking, type Fill, type SpotOrder } from '../venue/order.js';
import { fundsToWait } from '../venue/incoming-order.js';
import { readSteps, readTicks, type SymbolRules } from '../venue/rules.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import { toUnits } from '../venue/units.js';
import type { JournalEntry, SavedState } from './state-file.js';

/** Brings accounts, balances and history back, before the markets start. */
export function restoreAccounts(
  venue: SpotVenue,
  ledger: Ledger,
  rules: ReadonlyMap<string, SymbolRules>,
  { state, journal }: { state: SavedState; journal: readonly JournalEntry[] },
): void {
  for (const { balances, ...spec } of state.accounts) {
    const account = venue.accounts.open(spec, venue.clock.now());
    for (const [asset, { free, locked }] of Object.entries(balances)) {
      account.balances.restore(asset, { free: toUnits(free), locked: toUnits(locked) });
    }
  }
  venue.trading.nextOrderId = Math.max(venue.trading.nextOrderId, state.nextOrderId);
  const orders = journal.filter((entry) => entry.kind === 'order').map((entry) => entry.record);
  for (const record of [...orders, ...state.openOrders].sort((a, b) => a.orderId - b.orderId)) {
    venue.store.add(orderOf(venue, rules, record));
    ledger.addOrder(record);
  }
  for (const entry of journal) {
    if (entry.kind === 'deposit') ledger.addDeposit(entry.record);
    if (entry.kind !== 'fill') continue;
    venue.store.addFill(fillOf(venue, entry.record));
    ledger.addFill(entry.record);
  }
}

/** Puts the open orders back into the running markets, in the order they came. */
export function restoreOpenOrders(venue: SpotVenue, state: SavedState): void {
  for (const { orderId, symbol } of state.openOrders) {
    const order = venue.store.get(orderId);
    const market = venue.market(symbol);
    if (!order || !isOpen(order)) continue;
    if (!isWorking(order)) {
      venue.trading.restoreWaiting(order);
      continue;
    }
    if (!market)
      throw new Error(
        `saved order ${orderId} is in ${symbol}, which is not replayed; replay it or start afresh`,
      );
    market.restore({
      id: orderId,
      owner: order.account.apiKey,
      side: order.side === 'BUY' ? 'buy' : 'sell',
      price: order.price,
      remaining: order.quantity - order.executed,
    });
  }
}

function orderOf(venue: SpotVenue, rules: ReadonlyMap<string, SymbolRules>, record: OrderRecord): SpotOrder {
  const account = venue.accounts.get(record.apiKey);
  const symbolRules = rules.get(record.symbol);
  if (!account || !symbolRules) {
    throw new Error(`saved order ${record.orderId} names an unknown account or symbol ${record.symbol}`);
  }
  const order: SpotOrder = {
    rules: symbolRules,
    account,
    orderId: record.orderId,
    clientOrderId: record.clientOrderId,
    side: record.side,
    type: record.type,
    timeInForce: record.timeInForce,
    stpMode: record.stpMode,
    price: readTicks(symbolRules, record.price),
    stopPrice: readTicks(symbolRules, record.stopPrice),
    quantity: readSteps(symbolRules, record.quantity),
    quoteOrderQty: toUnits(record.quoteOrderQty),
    executed: readSteps(symbolRules, record.executedQuantity),
    quote: toUnits(record.executedQuote),
    locked: 0n,
    status: record.status,
    time: record.time,
    updateTime: record.updateTime,
    workingTime: record.workingTime,
  };
  if (isOpen(order)) order.locked = fundsToWait(order, order.quantity - order.executed);
  return order;
}

function fillOf(venue: SpotVenue, record: FillRecord): Fill {
  const order = venue.store.get(record.orderId);
  if (!order) throw new Error(`saved fill ${record.tradeId} belongs to unknown order ${record.orderId}`);
  return {
    tradeId: record.tradeId,
    order,
    price: readTicks(order.rules, record.price),
    quantity: readSteps(order.rules, record.quantity),
    quote: toUnits(record.quote),
    commission: toUnits(record.commission),
    commissionAsset: record.commissionAsset,
    maker: record.maker,
    time: record.time,
  };
}
