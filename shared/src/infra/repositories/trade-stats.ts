import type { EntityManager } from 'typeorm';
import { dec, decStr, roundTo } from '../../domain/numbers/decimal.js';
import type { TradeStats } from '../../schema/trading.js';

export interface StatsFilter {
  userId: number;
  strategyId: number | null;
  /** Fills and cycles from this time on; null counts all. */
  since: Date | null;
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
  gross_profit: string | null;
  gross_loss: string | null;
}

/** Decimal places of the two ratios. */
const RATIO_PLACES = 6;

const money = (text: string | null | undefined): string => decStr(dec(text ?? '0'));
const count = (text: string | null | undefined): number => Number(text ?? 0);

function conditions(alias: string, time: string, filter: StatsFilter): { where: string; values: unknown[] } {
  const parts = ['s.user_id = ?'];
  const values: unknown[] = [filter.userId];
  if (filter.strategyId !== null) {
    parts.push(`${alias}.strategy_id = ?`);
    values.push(filter.strategyId);
  }
  if (filter.since !== null) {
    parts.push(`${alias}.${time} >= ?`);
    values.push(filter.since);
  }
  return { where: parts.join(' AND '), values };
}

/** Totals over fills and cycles; the server's DECIMAL sums are exact. */
export async function tradeStats(manager: EntityManager, filter: StatsFilter): Promise<TradeStats> {
  const ofFills = conditions('f', 'time', filter);
  const [fills]: FillSums[] = await manager.query(
    `SELECT COUNT(*) AS fills, SUM(f.side = 'buy') AS buys, SUM(f.amount) AS volume, SUM(f.fee_quote) AS fees
       FROM fill f JOIN strategy s ON s.id = f.strategy_id WHERE ${ofFills.where}`,
    ofFills.values,
  );
  const ofCycles = conditions('c', 'completed_at', filter);
  const [cycles]: CycleSums[] = await manager.query(
    `SELECT COUNT(*) AS cycles, SUM(c.net > 0) AS winning, SUM(c.net < 0) AS losing,
            SUM(IF(c.net > 0, c.net, 0)) AS gross_profit, SUM(IF(c.net < 0, -c.net, 0)) AS gross_loss
       FROM cycle c JOIN strategy s ON s.id = c.strategy_id WHERE ${ofCycles.where}`,
    ofCycles.values,
  );
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
    netProfit: decStr(grossProfit.minus(grossLoss)),
  };
}
