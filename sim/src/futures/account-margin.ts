import { quoteUnits } from '../venue/rules.js';
import type { Units } from '../venue/units.js';
import { initialMargin, maintenanceMargin } from './margin.js';
import { mayOnlyReduce, type FuturesOrder } from './order.js';
import { direction, notionalAt, unrealised, type Position } from './position.js';
import type { Trader } from './trader.js';

/** Where mark prices and open orders come from. */
export interface MarginSources {
  mark(symbol: string): Units;
  openOrders(trader: Trader, symbol?: string): readonly FuturesOrder[];
}

/** What an order not placed yet would add; `value` is its price × quantity. */
export interface ExtraOrder {
  side: 'BUY' | 'SELL';
  positionSide: Position['side'];
  value: Units;
}

/** Margin of one contract; amounts in USDT. */
export interface SymbolMargin {
  /** Initial margin of the positions, and what open orders need on top. */
  positions: Units;
  orders: Units;
}

/** Margin of a whole account. */
export interface AccountMargin {
  wallet: Units;
  unrealised: Units;
  positionInitial: Units;
  orderInitial: Units;
  maintenance: Units;
  crossWallet: Units;
  crossUnrealised: Units;
  crossMaintenance: Units;
  /** Cross wallet and profit less all margin in use; below zero when losses have eaten into it. */
  free: Units;
  /** What new orders and withdrawals may use; never below zero. */
  available: Units;
}

/**
 * Initial margin of a contract, positions and orders together: in one-way mode the larger of what the position plus
 * all buy orders and the position plus all sell orders would need; in hedge mode each side by itself.
 */
export function symbolMargin(
  sources: MarginSources,
  trader: Trader,
  symbol: string,
  extra?: ExtraOrder,
  without?: FuturesOrder,
): SymbolMargin {
  const { leverage } = trader.settings(symbol);
  const mark = sources.mark(symbol);
  const pending: ExtraOrder[] = extra ? [extra] : [];
  for (const order of sources.openOrders(trader, symbol)) {
    if (order === without || mayOnlyReduce(order)) continue;
    const value = quoteUnits(order.rules, order.price, order.quantity - order.executed);
    pending.push({ side: order.side, positionSide: order.positionSide, value });
  }
  let positions = 0n;
  let total = 0n;
  for (const side of ['BOTH', 'LONG', 'SHORT'] as const) {
    const position = trader.positions(symbol).find((one) => one.side === side);
    const size = position ? notionalAt(position, mark) : 0n;
    const signedSize = position && direction(position) < 0 ? -size : size;
    const orders = pending.filter(({ positionSide }) => positionSide === side);
    const long = orders.reduce((sum, order) => (order.side === 'BUY' ? sum + order.value : sum), signedSize);
    const short = orders.reduce(
      (sum, order) => (order.side === 'SELL' ? sum + order.value : sum),
      -signedSize,
    );
    positions += initialMargin(size, leverage);
    total += initialMargin(long > short ? long : short, leverage);
  }
  return { positions, orders: total - positions };
}

/** Initial and maintenance margin and profit of one position at its mark price. */
export function positionMargin(
  sources: MarginSources,
  trader: Trader,
  position: Position,
): { mark: Units; notional: Units; initial: Units; maintenance: Units; unrealised: Units } {
  const mark = sources.mark(position.rules.symbol);
  const notional = notionalAt(position, mark);
  return {
    mark,
    notional,
    initial: initialMargin(notional, trader.settings(position.rules.symbol).leverage),
    maintenance: position.steps === 0 ? 0n : maintenanceMargin(position.rules, notional),
    unrealised: unrealised(position, mark),
  };
}

export function accountMargin(sources: MarginSources, trader: Trader): AccountMargin {
  const totals: AccountMargin = {
    wallet: trader.wallet(),
    unrealised: 0n,
    positionInitial: 0n,
    orderInitial: 0n,
    maintenance: 0n,
    crossWallet: trader.crossWallet(),
    crossUnrealised: 0n,
    crossMaintenance: 0n,
    free: 0n,
    available: 0n,
  };
  let used = 0n;
  for (const position of trader.openPositions()) {
    const { initial, maintenance, unrealised: profit } = positionMargin(sources, trader, position);
    totals.unrealised += profit;
    totals.positionInitial += initial;
    totals.maintenance += maintenance;
    if (trader.settings(position.rules.symbol).isolated) continue;
    totals.crossUnrealised += profit;
    totals.crossMaintenance += maintenance;
    used += initial;
  }
  const symbols = new Set(sources.openOrders(trader).map(({ rules }) => rules.symbol));
  for (const symbol of symbols) totals.orderInitial += symbolMargin(sources, trader, symbol).orders;
  totals.free = totals.crossWallet + totals.crossUnrealised - used - totals.orderInitial;
  totals.available = totals.free > 0n ? totals.free : 0n;
  return totals;
}

/** What stands behind a position: its isolated wallet, or the cross wallet with the profit of the other cross positions. */
export function marginBehind(sources: MarginSources, trader: Trader, position: Position): Units {
  if (trader.settings(position.rules.symbol).isolated) return position.isolatedWallet;
  const { crossWallet, crossUnrealised } = accountMargin(sources, trader);
  return crossWallet + crossUnrealised - unrealised(position, sources.mark(position.rules.symbol));
}
