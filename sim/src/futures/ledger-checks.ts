import { quantityUnits } from '../venue/rules.js';
import { unitsText, type Units } from '../venue/units.js';
import type { FuturesFillRecord, FuturesRecords } from './ledger.js';
import { direction, type Position } from './position.js';
import type { Trader } from './trader.js';

/** A sum that does not agree; amounts as decimal texts. */
export interface FuturesViolation {
  check:
    | 'wallet'
    | 'negative-wallet'
    | 'isolated-wallet'
    | 'position'
    | 'realised'
    | 'commission'
    | 'order-fills'
    | 'order-status'
    | 'duplicate-fill';
  apiKey: string;
  subject: string;
  expected: string;
  actual: string;
}

const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

/**
 * Compares the books of a trader with the records: the wallet is what was transferred, realised, paid for funding and
 * charged; a position is the sum of its fills; what was realised is the money that moved, with the open cost.
 */
export function checkTrader(trader: Trader, records: FuturesRecords): FuturesViolation[] {
  const { apiKey } = trader.account;
  const violations: FuturesViolation[] = [];
  const expect = (
    check: FuturesViolation['check'],
    subject: string,
    expected: string,
    actual: string,
  ): void => {
    if (expected !== actual) violations.push({ check, apiKey, subject, expected, actual });
  };
  const amounts = (check: FuturesViolation['check'], subject: string, expected: Units, actual: Units): void =>
    expect(check, subject, unitsText(expected), unitsText(actual));

  const { fills, incomes, orders } = records;
  amounts(
    'wallet',
    'USDT',
    sum([...incomes.values()], (amount) => amount),
    trader.wallet(),
  );
  if (trader.wallet() < 0n) expect('negative-wallet', 'USDT', '>= 0', unitsText(trader.wallet()));
  amounts('commission', 'USDT', -sum(fills, (fill) => fill.commission), incomes.get('COMMISSION') ?? 0n);
  const positions = trader.positions();
  for (const position of positions) checkPosition(position, fills, amounts);
  const moved = sum(fills, (fill) => (fill.side === 'SELL' ? fill.quote : -fill.quote));
  const openCost = sum(positions, (position) => position.cost * BigInt(direction(position)));
  amounts('realised', 'USDT', moved + openCost, incomes.get('REALIZED_PNL') ?? 0n);

  const fillsOf = groupByOrder(fills);
  for (const order of orders.values()) {
    const own = fillsOf.get(order.orderId) ?? [];
    const subject = String(order.orderId);
    amounts(
      'order-fills',
      subject,
      order.executed,
      sum(own, (fill) => fill.quantity),
    );
    const filled = order.executed > 0n && order.executed >= order.quantity;
    const open = order.executed > 0n ? 'PARTIALLY_FILLED' : 'NEW';
    const ended = order.status === 'FILLED' ? 'not FILLED' : order.status;
    const expected = filled ? 'FILLED' : OPEN.has(order.status) ? open : ended;
    expect('order-status', subject, expected, order.status);
    const distinct = new Set(own.map((fill) => `${fill.tradeId} ${fill.maker}`)).size;
    expect('duplicate-fill', subject, String(own.length), String(distinct));
  }
  return violations;
}

function checkPosition(
  position: Position,
  fills: readonly FuturesFillRecord[],
  amounts: (check: FuturesViolation['check'], subject: string, expected: Units, actual: Units) => void,
): void {
  const { rules, side, steps, isolatedWallet } = position;
  const subject = `${rules.symbol} ${side}`;
  const traded = sum(
    fills.filter((fill) => fill.symbol === rules.symbol && fill.positionSide === side),
    (fill) => (fill.side === 'BUY' ? fill.quantity : -fill.quantity),
  );
  amounts('position', subject, traded, quantityUnits(rules, steps));
  if (steps === 0) amounts('isolated-wallet', subject, 0n, isolatedWallet);
  if (steps === 0) amounts('position', `${subject} cost`, 0n, position.cost);
}

function groupByOrder(fills: readonly FuturesFillRecord[]): Map<number, FuturesFillRecord[]> {
  const groups = new Map<number, FuturesFillRecord[]>();
  for (const fill of fills) {
    const group = groups.get(fill.orderId);
    if (group) group.push(fill);
    else groups.set(fill.orderId, [fill]);
  }
  return groups;
}

function sum<T>(items: readonly T[], amount: (item: T) => Units): Units {
  return items.reduce((total, item) => total + amount(item), 0n);
}
