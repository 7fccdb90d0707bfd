import type { DataSource } from 'typeorm';
import { archiveFills } from './archive.js';

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
  // What people are to be told of waits until they are, however long that takes.
  outbox: `DELETE FROM outbox WHERE published_at IS NOT NULL AND notified_at IS NOT NULL AND published_at < ${TOO_OLD}
    LIMIT ${BATCH}`,
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

  async #archive(days: number): Promise<number> {
    return this.#database.transaction((manager) => archiveFills(manager, days, BATCH));
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
