import type { DataSource } from 'typeorm';

/** Rows of one statement: short locks, and other writers in between. */
const BATCH = 1_000;
/** Batches of one pass; what is left waits for the next pass. */
const BATCHES = 200;

export interface RetentionRules {
  /** Days that published events, cleared refusals and notices of risk are kept; 0: for ever. */
  retentionEventsDays: number;
  /** Days after a strategy's removal when its trades are archived; 0: never. */
  retentionFillsDays: number;
}

/** What a pass removed or moved, by table. */
export type RetentionResult = Record<
  'outbox' | 'refusal' | 'risk_event' | 'equity_snapshot' | 'fill',
  number
>;

const TOO_OLD = 'UTC_TIMESTAMP(3) - INTERVAL ? DAY';
const EVENTS = {
  outbox: `DELETE FROM outbox WHERE published_at IS NOT NULL AND published_at < ${TOO_OLD} LIMIT ${BATCH}`,
  refusal: `DELETE FROM refusal WHERE cleared_at IS NOT NULL AND cleared_at < ${TOO_OLD} LIMIT ${BATCH}`,
  risk_event: `DELETE FROM risk_event WHERE created_at < ${TOO_OLD} LIMIT ${BATCH}`,
  // A minute's detail of long ago is nobody's: each hour keeps its first point.
  equity_snapshot: `DELETE FROM equity_snapshot WHERE time < ${TOO_OLD} AND MINUTE(time) <> 0 LIMIT ${BATCH}`,
} as const;

/**
 * Removes what is no longer needed, in small batches. Orders, corrections and the audit log are never touched: they
 * are the mapping of client order ids and the proof of what happened.
 */
export class Retention {
  readonly #database: DataSource;
  readonly #rules: RetentionRules;

  constructor(database: DataSource, rules: RetentionRules) {
    this.#database = database;
    this.#rules = rules;
  }

  /** One pass; several processes may run it at once. */
  async run(): Promise<RetentionResult> {
    const { retentionEventsDays, retentionFillsDays } = this.#rules;
    const done: RetentionResult = { outbox: 0, refusal: 0, risk_event: 0, equity_snapshot: 0, fill: 0 };
    if (retentionEventsDays > 0) {
      for (const [table, sql] of Object.entries(EVENTS) as [keyof typeof EVENTS, string][]) {
        done[table] = await repeat(() => this.#delete(sql, retentionEventsDays));
      }
    }
    if (retentionFillsDays > 0) done.fill = await repeat(() => this.#archive(retentionFillsDays));
    return done;
  }

  async #delete(sql: string, days: number): Promise<number> {
    const { affectedRows }: { affectedRows: number } = await this.#database.query(sql, [days]);
    return affectedRows;
  }

  /** Moves trades of strategies that were removed long ago and are not running; all or nothing for each batch. */
  async #archive(days: number): Promise<number> {
    return this.#database.transaction(async (manager) => {
      const rows: { id: string; strategy_id: number }[] = await manager.query(
        `SELECT f.id, f.strategy_id FROM fill f JOIN strategy s ON s.id = f.strategy_id
          WHERE s.deleted_at IS NOT NULL AND s.deleted_at < ${TOO_OLD} AND s.desired_state = 'stopped'
            AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.strategy_id = s.id AND o.is_final = 0)
          ORDER BY f.id LIMIT ${BATCH} FOR UPDATE`,
        [days],
      );
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await manager.query(
        `INSERT IGNORE INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price,
           quantity, amount, fee, fee_asset, fee_quote, profit, time)
         SELECT 'retention', o.client_order_id, f.strategy_id, f.account_id, f.market, f.side, f.trade_id, f.price,
           f.quantity, f.amount, f.fee, f.fee_asset, f.fee_quote, NULL, f.time
           FROM fill f JOIN orders o ON o.id = f.order_id WHERE f.id IN (?)`,
        [ids],
      );
      await manager.query('DELETE FROM fill WHERE id IN (?)', [ids]);
      await manager.query('UPDATE strategy_state SET version = version + 1 WHERE strategy_id IN (?)', [
        [...new Set(rows.map((row) => row.strategy_id))],
      ]);
      return ids.length;
    });
  }
}

async function repeat(batch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let turn = 0; turn < BATCHES; turn += 1) {
    const done = await batch();
    total += done;
    if (done < BATCH) break;
  }
  return total;
}
