import type { EntityManager } from 'typeorm';
import { dec, decStr, roundTo, ZERO } from '../../domain/numbers/decimal.js';
import type { StatsGroup } from '../../schema/trade-query.js';
import type { TradeStats } from '../../schema/trading.js';
import { zoneSegments } from '../time/zone.js';
import { tradeConditions, type TradeScope } from './trade-filter.js';
import { DayTotals, totalParts, type TotalSums } from './trade-totals.js';

/** Days and markets are text, ids numbers. */
interface Keyed {
  k: string | number;
}

interface FillSums {
  fills: string;
  buys: string | null;
  volume: string | null;
  fees: string | null;
}

interface CycleSums {
  cycles: string;
  winning: string | null;
  losing: string | null;
  gross: string | null;
  gross_profit: string | null;
  gross_loss: string | null;
}

/** Decimal places of the two ratios. */
const RATIO_PLACES = 6;
/** Nothing was traded here before. */
const FIRST_DAY = new Date('2010-01-01T00:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;

const money = (text: string | null | undefined): string => decStr(dec(text ?? '0'));
const count = (text: string | null | undefined): number => Number(text ?? 0);

function statsOf(fills: FillSums | undefined, cycles: CycleSums | undefined): TradeStats {
  const total = count(cycles?.cycles);
  const winning = count(cycles?.winning);
  const grossProfit = dec(cycles?.gross_profit ?? '0');
  const grossLoss = dec(cycles?.gross_loss ?? '0');
  const buys = count(fills?.buys);
  return {
    fills: count(fills?.fills),
    buys,
    sells: count(fills?.fills) - buys,
    volume: money(fills?.volume),
    fees: money(fills?.fees),
    cycles: total,
    winningCycles: winning,
    losingCycles: count(cycles?.losing),
    winRate: total === 0 ? null : decStr(roundTo(dec(String(winning)).div(total), RATIO_PLACES)),
    profitFactor: grossLoss.isZero() ? null : decStr(roundTo(grossProfit.div(grossLoss), RATIO_PLACES)),
    grossProfit: decStr(grossProfit),
    grossLoss: decStr(grossLoss),
    cycleGross: money(cycles?.gross),
    netProfit: decStr(grossProfit.minus(grossLoss)),
  };
}

/** An SQL expression to group by, with its values. */
interface Key {
  sql: string;
  values: unknown[];
}

/** A zone's calendar in SQL: the server's own zone tables may be empty, so its clock changes are listed. */
function dayKey(column: string, timeZone: string, { from, to }: TradeScope): Key {
  const segments = zoneSegments(timeZone, from ?? FIRST_DAY, to ?? new Date(Date.now() + DAY_MS));
  const last = segments.at(-1)?.minutes ?? 0;
  const changes = segments.flatMap(({ until, minutes }) => (until === null ? [] : [{ until, minutes }]));
  const cases = changes.map(() => `WHEN ${column} < ? THEN ?`).join(' ');
  const minutes = changes.length === 0 ? '?' : `CASE ${cases} ELSE ? END`;
  return {
    sql: `DATE_FORMAT(${column} + INTERVAL ${minutes} MINUTE, '%Y-%m-%d')`,
    values: [...changes.flatMap((change) => [change.until, change.minutes]), last],
  };
}

async function sums(
  manager: EntityManager,
  scope: TradeScope,
  keys: { fill: Key; cycle: Key },
): Promise<Map<string, TradeStats>> {
  const ofFills = tradeConditions('f', 'time', scope);
  const fills: (FillSums & Keyed)[] = await manager.query(
    `SELECT ${keys.fill.sql} AS k, COUNT(*) AS fills, SUM(f.side = 'buy') AS buys, SUM(f.amount) AS volume,
            SUM(f.fee_quote) AS fees
       FROM fill f JOIN strategy s ON s.id = f.strategy_id WHERE ${ofFills.where} GROUP BY k`,
    [...keys.fill.values, ...ofFills.values],
  );
  const ofCycles = tradeConditions('c', 'completed_at', scope, 'cycle');
  const cycles: (CycleSums & Keyed)[] = await manager.query(
    `SELECT ${keys.cycle.sql} AS k, COUNT(*) AS cycles, SUM(c.net > 0) AS winning, SUM(c.net < 0) AS losing,
            SUM(c.gross) AS gross, SUM(IF(c.net > 0, c.net, 0)) AS gross_profit,
            SUM(IF(c.net < 0, -c.net, 0)) AS gross_loss
       FROM cycle c JOIN strategy s ON s.id = c.strategy_id WHERE ${ofCycles.where} GROUP BY k`,
    [...keys.cycle.values, ...ofCycles.values],
  );
  const fillsOf = new Map(fills.map((row) => [String(row.k), row]));
  const cyclesOf = new Map(cycles.map((row) => [String(row.k), row]));
  return new Map(
    [...new Set([...fillsOf.keys(), ...cyclesOf.keys()])]
      .sort()
      .map((key) => [key, statsOf(fillsOf.get(key), cyclesOf.get(key))]),
  );
}

/** Totals over fills and cycles; the server's DECIMAL sums are exact, and so is adding them up. */
export async function tradeStats(
  manager: EntityManager,
  scope: TradeScope,
  dayTotals = new DayTotals(),
): Promise<TradeStats> {
  const parts = await totalParts(manager, scope, dayTotals);
  const total = (name: keyof TotalSums): string =>
    parts.reduce((all, part) => all.plus(part[name] ?? '0'), ZERO).toFixed();
  return statsOf(
    { fills: total('fills'), buys: total('buys'), volume: total('volume'), fees: total('fees') },
    {
      cycles: total('cycles'),
      winning: total('winning'),
      losing: total('losing'),
      gross: total('gross'),
      gross_profit: total('gross_profit'),
      gross_loss: total('gross_loss'),
    },
  );
}

/** As `tradeStats`, for each day of a zone's calendar, market, strategy or account; keys in order. */
export function groupedStats(
  manager: EntityManager,
  scope: TradeScope,
  by: StatsGroup,
  timeZone: string,
): Promise<Map<string, TradeStats>> {
  return sums(manager, scope, keysOf(by, timeZone, scope));
}

function keysOf(by: StatsGroup, timeZone: string, scope: TradeScope): { fill: Key; cycle: Key } {
  const plain = (fill: string, cycle: string): { fill: Key; cycle: Key } => ({
    fill: { sql: fill, values: [] },
    cycle: { sql: cycle, values: [] },
  });
  switch (by) {
    case 'day':
      return {
        fill: dayKey('f.time', timeZone, scope),
        cycle: dayKey('c.completed_at', timeZone, scope),
      };
    case 'market':
      return plain('f.market', 'c.market');
    case 'strategy':
      return plain('f.strategy_id', 'c.strategy_id');
    case 'account':
      return plain(
        'f.account_id',
        '(SELECT l.account_id FROM strategy_leg l WHERE l.strategy_id = c.strategy_id AND l.leg = c.leg)',
      );
  }
}
