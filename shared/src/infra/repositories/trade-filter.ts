import type { Side } from '../../domain/order/order.js';

/** Which fills, orders or cycles of a user are meant; absent fields narrow nothing. */
export interface TradeScope {
  userId: number;
  strategyId?: number;
  accountId?: number;
  market?: string;
  side?: Side;
  /** Inclusive. */
  from?: Date;
  /** Exclusive. */
  to?: Date;
}

export interface Conditions {
  where: string;
  values: unknown[];
}

/**
 * Conditions on a table with the alias `alias`, joined with `strategy s`.
 * @param time its column of time
 * @param kind cycles have no side, and name their account through the leg
 */
export function tradeConditions(
  alias: string,
  time: string,
  scope: TradeScope,
  kind: 'trade' | 'cycle' = 'trade',
): Conditions {
  const parts = ['s.user_id = ?'];
  const values: unknown[] = [scope.userId];
  const add = (condition: string, value: unknown): void => {
    if (value === undefined) return;
    parts.push(condition);
    values.push(value);
  };
  add(`${alias}.strategy_id = ?`, scope.strategyId);
  add(`${alias}.market = ?`, scope.market);
  add(`${alias}.${time} >= ?`, scope.from);
  add(`${alias}.${time} < ?`, scope.to);
  if (kind === 'trade') {
    add(`${alias}.account_id = ?`, scope.accountId);
    add(`${alias}.side = ?`, scope.side);
  } else {
    const ofAccount = `EXISTS (SELECT 1 FROM strategy_leg l
       WHERE l.strategy_id = ${alias}.strategy_id AND l.leg = ${alias}.leg AND l.account_id = ?)`;
    add(ofAccount, scope.accountId);
  }
  return { where: parts.join(' AND '), values };
}
