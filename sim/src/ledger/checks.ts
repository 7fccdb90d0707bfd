import { signedUnits, toUnits, unitsText, type Units } from '../venue/units.js';
import type { AccountRecords } from './ledger.js';
import type { FillRecord, OrderRecord } from './records.js';

/** Base and quote asset of a symbol. */
export type AssetsOf = (symbol: string) => { base: string; quote: string };

export interface Holding {
  free: Units;
  locked: Units;
}

/** A sum that does not agree. */
export interface Violation {
  check: 'balance' | 'locked' | 'negative-balance' | 'order-fills' | 'order-status' | 'duplicate-fill';
  apiKey: string;
  /** The asset or order id concerned. */
  subject: string;
  expected: string;
  actual: string;
}

const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

/** Compares an account's balances with its records, to the last digit. Empty when everything agrees. */
export function checkAccount(
  apiKey: string,
  records: AccountRecords,
  balances: ReadonlyMap<string, Holding>,
  assetsOf: AssetsOf,
): Violation[] {
  const violations: Violation[] = [];
  const expect = (check: Violation['check'], subject: string, expected: string, actual: string): void => {
    if (expected !== actual) violations.push({ check, apiKey, subject, expected, actual });
  };
  const totals = expectedTotals(records, assetsOf);
  const locked = expectedLocks(records, assetsOf);
  for (const asset of new Set([...balances.keys(), ...totals.keys(), ...locked.keys()])) {
    const holding = balances.get(asset) ?? { free: 0n, locked: 0n };
    expect('balance', asset, unitsText(totals.get(asset) ?? 0n), unitsText(holding.free + holding.locked));
    expect('locked', asset, unitsText(locked.get(asset) ?? 0n), unitsText(holding.locked));
    if (holding.free < 0n || holding.locked < 0n)
      expect('negative-balance', asset, '>= 0', unitsText(holding.free));
  }
  const fillsOf = groupByOrder(records.fills);
  for (const order of records.orders.values()) {
    const fills = fillsOf.get(order.orderId) ?? [];
    const subject = String(order.orderId);
    expect('order-fills', subject, order.executedQuantity, unitsText(sumOf(fills, (fill) => fill.quantity)));
    expect('order-fills', subject, order.executedQuote, unitsText(sumOf(fills, (fill) => fill.quote)));
    expect('order-status', subject, expectedStatus(order), order.status);
    const distinct = new Set(fills.map((fill) => `${fill.tradeId} ${fill.maker}`)).size;
    expect('duplicate-fill', subject, String(fills.length), String(distinct));
  }
  return violations;
}

/** Deposits plus fills less commissions, by asset. */
function expectedTotals(records: AccountRecords, assetsOf: AssetsOf): Map<string, Units> {
  const totals = new Map<string, Units>();
  for (const deposit of records.deposits) add(totals, deposit.asset, signedUnits(deposit.amount));
  for (const fill of records.fills) {
    const { base, quote } = assetsOf(fill.symbol);
    const sign = fill.side === 'BUY' ? 1n : -1n;
    add(totals, base, sign * toUnits(fill.quantity));
    add(totals, quote, -sign * toUnits(fill.quote));
    add(totals, fill.commissionAsset, -toUnits(fill.commission));
  }
  return totals;
}

/** What the open orders must have locked, by asset. */
function expectedLocks(records: AccountRecords, assetsOf: AssetsOf): Map<string, Units> {
  const locks = new Map<string, Units>();
  for (const order of records.orders.values()) {
    if (!OPEN.has(order.status)) continue;
    const { base, quote } = assetsOf(order.symbol);
    const left = toUnits(order.quantity) - toUnits(order.executedQuantity);
    if (order.side === 'SELL') add(locks, base, left);
    else {
      // An order that will take any price sets aside the value at its stop price.
      const price = toUnits(order.price) || toUnits(order.stopPrice);
      add(locks, quote, (left * price) / toUnits('1'));
    }
  }
  return locks;
}

/** An order is filled exactly when all of it has traded; otherwise its status says how far it is. */
function expectedStatus(order: OrderRecord): string {
  const executed = toUnits(order.executedQuantity);
  if (executed >= toUnits(order.quantity) && executed > 0n) return 'FILLED';
  if (order.status === 'FILLED') return 'not FILLED';
  if (OPEN.has(order.status)) return executed > 0n ? 'PARTIALLY_FILLED' : 'NEW';
  return order.status;
}

function groupByOrder(fills: readonly FillRecord[]): Map<number, FillRecord[]> {
  const groups = new Map<number, FillRecord[]>();
  for (const fill of fills) {
    const group = groups.get(fill.orderId);
    if (group) group.push(fill);
    else groups.set(fill.orderId, [fill]);
  }
  return groups;
}

function sumOf(fills: readonly FillRecord[], amount: (fill: FillRecord) => string): Units {
  return fills.reduce((sum, fill) => sum + toUnits(amount(fill)), 0n);
}

function add(totals: Map<string, Units>, asset: string, amount: Units): void {
  totals.set(asset, (totals.get(asset) ?? 0n) + amount);
}
