import type { EntityManager } from 'typeorm';
import { decStr, ZERO } from '../../domain/numbers/decimal.js';
import type { EquityPoint } from '../../schema/trade-query.js';

export interface EquityScope {
  userId: number;
  strategyId?: number;
  from: Date;
  to: Date;
  points: number;
}

interface Snapshot {
  strategy_id: number;
  bucket: string;
  realized_pnl: string;
  unrealized_pnl: string;
  total_pnl: string;
}

/**
 * Profit over time in even steps: in each step the newest snapshot of every strategy, carried on where a strategy has
 * none, and summed up. Steps before the first snapshot are left out.
 */
export async function equitySeries(manager: EntityManager, scope: EquityScope): Promise<EquityPoint[]> {
  const { userId, strategyId, from, to, points } = scope;
  const stepSeconds = Math.max(60, Math.ceil((to.getTime() - from.getTime()) / 1000 / points));
  const begin = Math.floor(from.getTime() / 1000);
  const one = strategyId === undefined ? '' : 'AND e.strategy_id = ?';
  const rows: Snapshot[] = await manager.query(
    `SELECT e.strategy_id, n.bucket, e.realized_pnl, e.unrealized_pnl, e.total_pnl
       FROM (SELECT e.strategy_id, FLOOR(TIMESTAMPDIFF(SECOND, ?, e.time) / ?) AS bucket, MAX(e.time) AS time
               FROM equity_snapshot e JOIN strategy s ON s.id = e.strategy_id
              WHERE s.user_id = ? ${one} AND e.time >= ? AND e.time < ? GROUP BY e.strategy_id, bucket) n
       JOIN equity_snapshot e ON e.strategy_id = n.strategy_id AND e.time = n.time
      ORDER BY n.bucket`,
    [
      new Date(begin * 1000),
      stepSeconds,
      userId,
      ...(strategyId === undefined ? [] : [strategyId]),
      from,
      to,
    ],
  );
  const byBucket = new Map<number, Snapshot[]>();
  for (const row of rows) {
    const bucket = Number(row.bucket);
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), row]);
  }
  const latest = new Map<number, Snapshot>();
  return [...byBucket].map(([bucket, found]) => {
    for (const row of found) latest.set(row.strategy_id, row);
    const total = (field: 'realized_pnl' | 'unrealized_pnl' | 'total_pnl'): string =>
      decStr([...latest.values()].reduce((sum, row) => sum.plus(row[field]), ZERO));
    const end = Math.min((begin + (bucket + 1) * stepSeconds) * 1000, to.getTime());
    return {
      time: new Date(end).toISOString(),
      realizedPnl: total('realized_pnl'),
      unrealizedPnl: total('unrealized_pnl'),
      totalPnl: total('total_pnl'),
    };
  });
}
