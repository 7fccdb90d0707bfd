import type { EntityManager } from 'typeorm';
import { tradeConditions, type TradeScope } from './trade-filter.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Sums over fills and cycles; absent ones are null. */
export interface TotalSums {
  fills: string | null;
  buys: string | null;
  volume: string | null;
  fees: string | null;
  cycles: string | null;
  winning: string | null;
  losing: string | null;
  gross: string | null;
  gross_profit: string | null;
  gross_loss: string | null;
}

/** Sums over days that are remembered; of more, the oldest are made again. */
const MOST_REMEMBERED = 500;

/**
 * Sums over whole days as they were at a mark of the roll-up. Rows of `trade_day` change only when a mark moves, so that they
 * hold until then; what is newer than the mark is read each time. One for each database.
 */
export class DayTotals {
  readonly #sums = new Map<string, Partial<TotalSums>>();

  async of(key: string, make: () => Promise<Partial<TotalSums>>): Promise<Partial<TotalSums>> {
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const sums = await make();
    const [oldest] = this.#sums.keys();
    if (this.#sums.size >= MOST_REMEMBERED && oldest !== undefined) this.#sums.delete(oldest);
    this.#sums.set(key, sums);
    return sums;
  }
}

/** Whole UTC days within a stretch; null bounds are open. */
interface Days {
  from: Date | null;
  to: Date | null;
}

function wholeDays({ from, to }: TradeScope): Days | null {
  const begin = from === undefined ? null : new Date(Math.ceil(from.getTime() / DAY_MS) * DAY_MS);
  const end = to === undefined ? null : new Date(Math.floor(to.getTime() / DAY_MS) * DAY_MS);
  return begin !== null && end !== null && begin >= end ? null : { from: begin, to: end };
}

const SUMS = {
  fill: `COUNT(*) AS fills, SUM(t.side = 'buy') AS buys, SUM(t.amount) AS volume, SUM(t.fee_quote) AS fees`,
  cycle: `COUNT(*) AS cycles, SUM(t.net > 0) AS winning, SUM(t.net < 0) AS losing, SUM(t.gross) AS gross,
    SUM(IF(t.net > 0, t.net, 0)) AS gross_profit, SUM(IF(t.net < 0, -t.net, 0)) AS gross_loss`,
} as const;

/** Indexes by time alone. */
const BY_TIME = { fill: 'ix_fill_all', cycle: 'ix_cycle_all' } as const;

async function ofRows(
  manager: EntityManager,
  source: 'fill' | 'cycle',
  scope: TradeScope,
  after: string | null,
): Promise<Partial<TotalSums>> {
  const time = source === 'fill' ? 'time' : 'completed_at';
  const { where, values } = tradeConditions('t', time, scope, source === 'fill' ? 'trade' : 'cycle');
  const newer = after === null ? '' : ' AND t.id > CAST(? AS UNSIGNED)';
  // A part of a day is one stretch of rows by time: strategy by strategy it would be thousands.
  const isStretch = after === null && scope.strategyId === undefined;
  const from = isStretch ? `${source} t FORCE INDEX (${BY_TIME[source]}) STRAIGHT_JOIN` : `${source} t JOIN`;
  const [row]: Partial<TotalSums>[] = await manager.query(
    `SELECT ${SUMS[source]} FROM ${from} strategy s ON s.id = t.strategy_id WHERE ${where}${newer}`,
    after === null ? values : [...values, after],
  );
  return row ?? {};
}

/** All that the sums over days depend on. */
function dayKey(
  { userId, strategyId, accountId, market, side }: TradeScope,
  days: Days,
  marks: unknown,
): string {
  return JSON.stringify([userId, strategyId, accountId, market, side, days.from, days.to, marks]);
}

async function ofDays(manager: EntityManager, scope: TradeScope, days: Days): Promise<Partial<TotalSums>> {
  const { userId, strategyId, accountId, market, side } = scope;
  const given = [
    ['user_id = ?', userId],
    ['strategy_id = ?', strategyId],
    ['account_id = ?', accountId],
    ['market = ?', market],
    ['day >= ?', days.from?.toISOString().slice(0, 10)],
    ['day < ?', days.to?.toISOString().slice(0, 10)],
  ] as const;
  const used = given.filter(([, value]) => value !== undefined);
  const of = (name: string): string =>
    side === undefined ? `SUM(buy_${name}) + SUM(sell_${name})` : `SUM(${side}_${name})`;
  const [buys, sells] = [side === 'sell' ? '0' : 'SUM(buys)', side === 'buy' ? '0' : 'SUM(sells)'];
  const [row]: Partial<TotalSums>[] = await manager.query(
    `SELECT ${buys} + ${sells} AS fills, ${buys} AS buys, ${of('volume')} AS volume, ${of('fees')} AS fees,
        SUM(cycles) AS cycles, SUM(winning) AS winning, SUM(losing) AS losing, SUM(gross) AS gross,
        SUM(gross_profit) AS gross_profit, SUM(gross_loss) AS gross_loss
       FROM trade_day WHERE ${used.map(([condition]) => condition).join(' AND ')}`,
    used.map(([, value]) => value),
  );
  return row ?? {};
}

/**
 * The parts whose sum is the total of a scope: rolled-up whole days, what is newer than the roll-up, and the parts of days
 * at both ends. Read in one snapshot, because a roll-up moves rows from one part to the other.
 */
export async function totalParts(
  manager: EntityManager,
  scope: TradeScope,
  dayTotals: DayTotals,
): Promise<Partial<TotalSums>[]> {
  const days = wholeDays(scope);
  if (days === null)
    return [await ofRows(manager, 'fill', scope, null), await ofRows(manager, 'cycle', scope, null)];
  return manager.transaction('REPEATABLE READ', async (tx) => {
    const marks: { source: string; applied: string }[] = await tx.query(
      'SELECT source, applied FROM trade_day_mark ORDER BY source',
    );
    const appliedOf = (source: string): string =>
      marks.find((mark) => mark.source === source)?.applied ?? '0';
    const within: TradeScope = {
      ...scope,
      ...(days.from === null ? {} : { from: days.from }),
      ...(days.to === null ? {} : { to: days.to }),
    };
    const parts = [await dayTotals.of(dayKey(scope, days, marks), () => ofDays(tx, scope, days))];
    for (const source of ['fill', 'cycle'] as const) {
      parts.push(await ofRows(tx, source, within, appliedOf(source)));
      const { from, to } = scope;
      if (from !== undefined && days.from !== null && from < days.from)
        parts.push(await ofRows(tx, source, { ...scope, to: days.from }, null));
      if (to !== undefined && days.to !== null && days.to < to)
        parts.push(await ofRows(tx, source, { ...scope, from: days.to }, null));
    }
    return parts;
  });
}
