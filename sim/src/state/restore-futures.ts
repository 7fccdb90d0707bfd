import type { AlgoOrder } from '../futures/algo-order.js';
import type { Income } from '../futures/events.js';
import type { FuturesVenue } from '../futures/futures-venue.js';
import type { FuturesLedger } from '../futures/ledger.js';
import { isOpen, type FuturesFill, type FuturesOrder } from '../futures/order.js';
import type { FuturesRules } from '../futures/rules.js';
import { Trader } from '../futures/trader.js';
import { readSteps, readTicks } from '../venue/rules.js';
import { signedUnits, toUnits } from '../venue/units.js';
import type { AlgoState, FillState, IncomeState, OrderState, TraderState } from './futures-records.js';
import type { FuturesEntry, SavedFutures } from './futures-state-file.js';

/** Brings wallets, positions, settings and history back, before the markets start. */
export function restoreTraders(
  venue: FuturesVenue,
  ledger: FuturesLedger,
  { state, journal }: { state: SavedFutures; journal: readonly FuturesEntry[] },
): void {
  for (const trader of state.traders) restoreTrader(venue, trader);
  venue.trading.nextOrderId = Math.max(venue.trading.nextOrderId, state.nextOrderId);
  venue.algos.nextAlgoId = Math.max(venue.algos.nextAlgoId, state.nextAlgoId);
  venue.wallets.nextTranId = Math.max(venue.wallets.nextTranId, state.nextTranId);
  const orders = journal.flatMap((entry) => (entry.kind === 'order' ? [entry.record] : []));
  for (const record of [...orders, ...state.openOrders].sort((a, b) => a.orderId - b.orderId)) {
    const order = orderOf(venue, record);
    venue.store.add(order);
    venue.timers.watch(order);
    ledger.order({ order, execution: 'NEW', time: order.time });
  }
  for (const entry of journal) {
    if (entry.kind === 'fill') {
      const fill = fillOf(venue, entry.record);
      venue.store.addFill(fill);
      ledger.order({ order: fill.order, execution: 'TRADE', fill, time: fill.time });
    } else if (entry.kind === 'income') {
      const income = incomeOf(venue, entry.record);
      venue.wallets.restore(income);
      ledger.income(income);
    }
  }
  const algos = journal.flatMap((entry) => (entry.kind === 'algo' ? [entry.record] : []));
  for (const record of [...algos, ...state.openAlgos].sort((a, b) => a.algoId - b.algoId)) {
    venue.algos.restore(algoOf(venue, record));
  }
}

/** Puts the open orders back into the running markets, in the order they came. */
export function restoreFuturesOrders(venue: FuturesVenue, { openOrders }: SavedFutures): void {
  for (const { orderId } of openOrders) {
    const order = venue.store.get(orderId);
    if (!order || !isOpen(order)) continue;
    venue.marketOf(order.rules.symbol).book.restore({
      id: orderId,
      owner: order.trader.account.apiKey,
      side: order.side === 'BUY' ? 'buy' : 'sell',
      price: order.price,
      remaining: order.quantity - order.executed,
    });
  }
}

function restoreTrader(venue: FuturesVenue, state: TraderState): void {
  const account = venue.accounts.get(state.apiKey);
  if (!account) throw new Error(`the saved futures wallet of ${state.apiKey} belongs to no account`);
  const { makerRate, takerRate, openTime } = state;
  const trader = new Trader(account, toUnits(makerRate), toUnits(takerRate), openTime);
  trader.hedged = state.hedged;
  trader.updateTime = state.updateTime;
  for (const [asset, amount] of Object.entries(state.wallet)) trader.book(signedUnits(amount), asset);
  for (const [symbol, settings] of Object.entries(state.settings)) {
    Object.assign(trader.settings(symbol), settings);
  }
  for (const { symbol, side, ...position } of state.positions) {
    const rules = rulesOf(venue, symbol);
    const short = position.steps.startsWith('-');
    const steps = readSteps(rules, short ? position.steps.slice(1) : position.steps);
    Object.assign(trader.position(rules, side), {
      steps: short ? -steps : steps,
      cost: toUnits(position.cost),
      isolatedWallet: signedUnits(position.isolatedWallet),
      realised: signedUnits(position.realised),
      updateTime: position.updateTime,
    });
  }
  venue.restoreTrader(trader);
}

function rulesOf(venue: FuturesVenue, symbol: string): FuturesRules {
  const rules = venue.listing.get(symbol);
  if (!rules) throw new Error(`the saved state names ${symbol}, which ${venue.name} does not list`);
  return rules;
}

function traderOf(venue: FuturesVenue, apiKey: string): Trader {
  const account = venue.accounts.get(apiKey);
  if (!account) throw new Error(`the saved futures records of ${apiKey} belong to no account`);
  return venue.trader(account);
}

function orderOf(venue: FuturesVenue, { apiKey, symbol, ...record }: OrderState): FuturesOrder {
  const rules = rulesOf(venue, symbol);
  return {
    ...record,
    rules,
    trader: traderOf(venue, apiKey),
    price: readTicks(rules, record.price),
    quantity: readSteps(rules, record.quantity),
    executed: readSteps(rules, record.executed),
    quote: toUnits(record.quote),
  };
}

function knownOrder(venue: FuturesVenue, orderId: number): FuturesOrder {
  const order = venue.store.get(orderId);
  if (!order) throw new Error(`the saved state names order ${orderId}, which it does not hold`);
  return order;
}

function fillOf(venue: FuturesVenue, { orderId, ...record }: FillState): FuturesFill {
  const order = knownOrder(venue, orderId);
  return {
    ...record,
    order,
    price: readTicks(order.rules, record.price),
    quantity: readSteps(order.rules, record.quantity),
    quote: toUnits(record.quote),
    commission: signedUnits(record.commission),
    realised: signedUnits(record.realised),
  };
}

function incomeOf(venue: FuturesVenue, { apiKey, ...record }: IncomeState): Income {
  return { ...record, trader: traderOf(venue, apiKey), amount: signedUnits(record.amount) };
}

function algoOf(venue: FuturesVenue, { apiKey, symbol, orderId, extreme, ...record }: AlgoState): AlgoOrder {
  const rules = rulesOf(venue, symbol);
  return {
    ...record,
    rules,
    trader: traderOf(venue, apiKey),
    price: readTicks(rules, record.price),
    quantity: readSteps(rules, record.quantity),
    triggerPrice: readTicks(rules, record.triggerPrice),
    activationPrice: readTicks(rules, record.activationPrice),
    callbackRate: toUnits(record.callbackRate),
    order: orderId === undefined ? undefined : knownOrder(venue, orderId),
    extreme: extreme === undefined ? undefined : toUnits(extreme),
  };
}
