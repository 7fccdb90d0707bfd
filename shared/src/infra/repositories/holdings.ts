import type { EntityManager } from 'typeorm';
import { dec, type Decimal } from '../../domain/numbers/decimal.js';
import type { PositionSide } from '../../domain/order/order.js';

/** What one strategy holds in a market on one side, by its fills. */
export interface Holding {
  accountId: number;
  market: string;
  positionSide: PositionSide;
  strategyId: number;
  name: string;
  /** An order placed by hand. */
  isManual: boolean;
  /** Base; below zero when short. */
  amount: Decimal;
  /** Quote paid; null where both sides of a market are held and the cost of each is not known. */
  cost: Decimal | null;
  updatedAt: Date;
}

interface Row {
  strategy_id: number;
  account_id: number;
  market: string;
  name: string;
  is_system: number;
  position: string;
  position_cost: string;
  sides: string | null;
  updated_at: Date;
}
interface SideRow {
  strategy_id: number;
  position_side: PositionSide;
  amount: string;
}

export interface HoldingScope {
  userId: number;
  accountId?: number | undefined;
  market?: string | undefined;
}

/** Holdings of all strategies of a user, as of their last fill. */
export async function listHoldings(manager: EntityManager, scope: HoldingScope): Promise<Holding[]> {
  const { userId, accountId, market } = scope;
  const narrowed = [
    ...(accountId === undefined ? [] : [['AND e.account_id = ?', accountId] as const]),
    ...(market === undefined ? [] : [['AND l.market = ?', market] as const]),
  ];
  const rows: Row[] = await manager.query(
    `SELECT e.strategy_id, e.account_id, l.market, s.name, s.is_system, e.position, e.position_cost, e.updated_at,
            (SELECT GROUP_CONCAT(DISTINCT x.position_side) FROM slot x WHERE x.strategy_id = e.strategy_id) AS sides
       FROM strategy_exposure e JOIN strategy s ON s.id = e.strategy_id
       JOIN strategy_leg l ON l.strategy_id = s.id AND l.leg = 0
      WHERE s.user_id = ? AND (e.position <> 0 OR e.positions > 0)
            ${narrowed.map(([condition]) => condition).join(' ')} ORDER BY e.strategy_id`,
    [userId, ...narrowed.map(([, value]) => value)],
  );
  const isTwoSided = ({ sides }: Row): boolean => sides?.includes(',') === true;
  const bySide = await sidesOf(
    manager,
    rows.filter(isTwoSided).map((row) => row.strategy_id),
  );
  return rows.flatMap((row) => {
    const of = (positionSide: PositionSide, amount: Decimal, cost: Decimal | null): Holding => ({
      accountId: row.account_id,
      market: row.market,
      positionSide,
      strategyId: row.strategy_id,
      name: row.name,
      isManual: row.is_system === 1,
      amount,
      cost,
      updatedAt: row.updated_at,
    });
    if (isTwoSided(row))
      return (bySide.get(row.strategy_id) ?? []).map((each) =>
        of(each.position_side, dec(each.amount), null),
      );
    const side = (row.sides ?? 'net') as PositionSide;
    return [of(side, dec(row.position), dec(row.position_cost))];
  });
}

/** In hedge mode one strategy may be long and short: its fills tell how much of each. */
async function sidesOf(
  manager: EntityManager,
  strategyIds: readonly number[],
): Promise<Map<number, SideRow[]>> {
  const sides = new Map<number, SideRow[]>();
  if (strategyIds.length === 0) return sides;
  const rows: SideRow[] = await manager.query(
    `SELECT strategy_id, position_side, SUM(IF(side = 'buy', quantity, -quantity)) AS amount FROM fill
      WHERE strategy_id IN (?) GROUP BY strategy_id, position_side HAVING amount <> 0`,
    [[...strategyIds]],
  );
  for (const row of rows) sides.set(row.strategy_id, [...(sides.get(row.strategy_id) ?? []), row]);
  return sides;
}
