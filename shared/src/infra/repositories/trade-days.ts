import type { DataSource, EntityManager } from 'typeorm';

/**
 * An id that has been given is committed or rolled back after this long: no transaction here takes nearly as much, and
 * the server's own wait for a lock is shorter. Ids come in order, commits do not.
 */
const SETTLED_MS = 120_000;
/** Rows of one statement: it has to end within the API's longest statement. */
const CHUNK = 20_000;

type Source = 'fill' | 'cycle';

interface Mark {
  applied: string;
  seen: string;
  seen_at: Date;
}

const ROLL_UP: Readonly<Record<Source, string>> = {
  fill: `INSERT INTO trade_day (user_id, strategy_id, account_id, market, day,
      buys, sells, buy_volume, sell_volume, buy_fees, sell_fees)
    SELECT s.user_id, f.strategy_id, f.account_id, f.market, DATE(f.time), SUM(f.side = 'buy'), SUM(f.side = 'sell'),
      SUM(IF(f.side = 'buy', f.amount, 0)), SUM(IF(f.side = 'sell', f.amount, 0)),
      SUM(IF(f.side = 'buy', f.fee_quote, 0)), SUM(IF(f.side = 'sell', f.fee_quote, 0))
      FROM fill f JOIN strategy s ON s.id = f.strategy_id WHERE f.id > ? AND f.id <= ?
      GROUP BY s.user_id, f.strategy_id, f.account_id, f.market, DATE(f.time)
    ON DUPLICATE KEY UPDATE buys = trade_day.buys + VALUES(buys), sells = trade_day.sells + VALUES(sells),
      buy_volume = trade_day.buy_volume + VALUES(buy_volume), sell_volume = trade_day.sell_volume + VALUES(sell_volume),
      buy_fees = trade_day.buy_fees + VALUES(buy_fees), sell_fees = trade_day.sell_fees + VALUES(sell_fees)`,
  cycle: `INSERT INTO trade_day (user_id, strategy_id, account_id, market, day,
      cycles, winning, losing, gross, gross_profit, gross_loss)
    SELECT s.user_id, c.strategy_id, l.account_id, c.market, DATE(c.completed_at), COUNT(*), SUM(c.net > 0),
      SUM(c.net < 0), SUM(c.gross), SUM(IF(c.net > 0, c.net, 0)), SUM(IF(c.net < 0, -c.net, 0))
      FROM cycle c JOIN strategy s ON s.id = c.strategy_id
      JOIN strategy_leg l ON l.strategy_id = c.strategy_id AND l.leg = c.leg WHERE c.id > ? AND c.id <= ?
      GROUP BY s.user_id, c.strategy_id, l.account_id, c.market, DATE(c.completed_at)
    ON DUPLICATE KEY UPDATE cycles = trade_day.cycles + VALUES(cycles), winning = trade_day.winning + VALUES(winning),
      losing = trade_day.losing + VALUES(losing), gross = trade_day.gross + VALUES(gross),
      gross_profit = trade_day.gross_profit + VALUES(gross_profit), gross_loss = trade_day.gross_loss + VALUES(gross_loss)`,
};

/**
 * Adds what has been traded since the last time to the totals by day, exactly once: the mark moves in the transaction that
 * adds, and its row keeps other processes out.
 * @param settledMs after which an id that was given can no longer be committed
 * @returns rows added
 */
export async function rollUpTrades(
  dataSource: DataSource,
  now: Date,
  settledMs = SETTLED_MS,
): Promise<number> {
  let rows = 0;
  for (const source of ['fill', 'cycle'] as const) {
    for (let added = -1; added !== 0;) {
      added = await dataSource.transaction((manager) => step(manager, source, now, settledMs));
      rows += added;
    }
  }
  return rows;
}

async function step(manager: EntityManager, source: Source, now: Date, settledMs: number): Promise<number> {
  const [mark]: Mark[] = await manager.query(
    'SELECT applied, seen, seen_at FROM trade_day_mark WHERE source = ? FOR UPDATE',
    [source],
  );
  if (mark === undefined) throw new Error('the marks of trade_day are missing: run "gridfleet migrate"');
  const [applied, seen] = [BigInt(mark.applied), BigInt(mark.seen)];
  const isSettled = now.getTime() - mark.seen_at.getTime() >= settledMs;
  if (applied < seen) {
    if (!isSettled) return 0;
    const upTo = seen - applied > BigInt(CHUNK) ? applied + BigInt(CHUNK) : seen;
    await manager.query(ROLL_UP[source], [String(applied), String(upTo)]);
    await manager.query('UPDATE trade_day_mark SET applied = ? WHERE source = ?', [String(upTo), source]);
    return Number(upTo - applied);
  }
  const [{ newest } = { newest: null }]: { newest: string | null }[] = await manager.query(
    `SELECT MAX(id) AS newest FROM ${source}`,
  );
  await manager.query('UPDATE trade_day_mark SET seen = GREATEST(seen, ?), seen_at = ? WHERE source = ?', [
    newest ?? '0',
    now,
    source,
  ]);
  return 0;
}
