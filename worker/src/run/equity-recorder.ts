import type { DataSource } from 'typeorm';
import type { LiveStatus } from '@gridfleet/shared/infra';
import { Coalescer } from '../util/coalesce.js';
import { withDeadline } from '../util/deadline.js';

const MINUTE_MS = 60_000;
const DEADLINE_MS = 5_000;
/** Snapshots older than this keep one in fifteen minutes. */
const FINE_DAYS = 2;
const THIN_MINUTES = 60;
/** What the strategies of a node note within this long is one statement, ms. */
const WINDOW_MS = 100;
const BATCH = 250;

export type EquityFigures = Pick<
  LiveStatus,
  'currentPrice' | 'position' | 'positionCount' | 'realizedPnl' | 'unrealizedPnl'
> & {
  positionCost: string;
  total: string;
};

/** Somebody who also wants to know what a strategy is worth now. */
export type EquityObserver = (figures: () => EquityFigures, now: number) => Promise<void>;

/** Writes the snapshots of all strategies of a node: each minute begins for all of them at the same time. */
export class EquityWriter {
  readonly #database: DataSource;
  readonly #rows: Coalescer<unknown[], undefined>;

  constructor(database: DataSource) {
    this.#database = database;
    const write = async (rows: readonly unknown[][]): Promise<undefined[]> => {
      await withDeadline(
        database.query('INSERT IGNORE INTO equity_snapshot VALUES ?', [rows]),
        DEADLINE_MS,
        'writing equity snapshots',
      );
      return rows.map(() => undefined);
    };
    this.#rows = new Coalescer(write, { size: BATCH, windowMs: WINDOW_MS });
  }

  async write(strategyId: number, minute: number, figures: EquityFigures): Promise<void> {
    const { currentPrice, position, positionCost, realizedPnl, unrealizedPnl, total } = figures;
    const time = new Date(minute * MINUTE_MS);
    const values = [currentPrice, position, positionCost, realizedPnl, unrealizedPnl, total];
    await this.#rows.ask([strategyId, time, ...values]);
  }

  async thin(strategyId: number): Promise<void> {
    await withDeadline(
      this.#database.query(
        `DELETE FROM equity_snapshot WHERE strategy_id = ? AND time < UTC_TIMESTAMP(3) - INTERVAL ? DAY
           AND MINUTE(time) % 15 <> 0`,
        [strategyId, FINE_DAYS],
      ),
      DEADLINE_MS,
      'thinning equity snapshots',
    );
  }
}

/** Notes a running strategy's equity once a minute. Two nodes that note the same minute leave one row. */
export class EquityRecorder {
  readonly #writer: EquityWriter;
  readonly #strategyId: number;
  #minute = 0;
  #thinnedAt: number | null = null;
  readonly #observe: EquityObserver;

  /** @param observe hears of every look, between snapshots too */
  constructor(writer: EquityWriter, strategyId: number, observe: EquityObserver = () => Promise.resolve()) {
    this.#writer = writer;
    this.#strategyId = strategyId;
    this.#observe = observe;
  }

  /** Writes when a new minute has begun since the last time; else costs nothing. */
  async record(figures: () => EquityFigures, now: number): Promise<void> {
    await this.#observe(figures, now);
    const minute = Math.floor(now / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    await this.#writer.write(this.#strategyId, minute, figures());
    // Each strategy has a minute of the hour of its own for it.
    this.#thinnedAt ??= minute - (this.#strategyId % THIN_MINUTES);
    if (minute - this.#thinnedAt < THIN_MINUTES) return;
    this.#thinnedAt = minute;
    await this.#writer.thin(this.#strategyId);
  }
}
