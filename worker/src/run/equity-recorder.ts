import type { DataSource } from 'typeorm';
import type { LiveStatus } from '@gridfleet/shared/infra';
import { withDeadline } from '../util/deadline.js';

const MINUTE_MS = 60_000;
const DEADLINE_MS = 5_000;
/** Snapshots older than this keep one in fifteen minutes. */
const FINE_DAYS = 2;

export type EquityFigures = Pick<
  LiveStatus,
  'currentPrice' | 'position' | 'positionCount' | 'realizedPnl' | 'unrealizedPnl'
> & {
  positionCost: string;
  total: string;
};

/** Somebody who also wants to know what a strategy is worth now. */
export type EquityObserver = (figures: () => EquityFigures, now: number) => Promise<void>;

/** Notes a running strategy's equity once a minute. Two nodes that note the same minute leave one row. */
export class EquityRecorder {
  readonly #database: DataSource;
  readonly #strategyId: number;
  #minute = 0;
  #thinnedAt = 0;
  readonly #observe: EquityObserver;

  /** @param observe hears of every look, between snapshots too */
  constructor(database: DataSource, strategyId: number, observe: EquityObserver = () => Promise.resolve()) {
    this.#database = database;
    this.#strategyId = strategyId;
    this.#observe = observe;
  }

  /** Writes when a new minute has begun since the last time; else costs nothing. */
  async record(figures: () => EquityFigures, now: number): Promise<void> {
    await this.#observe(figures, now);
    const minute = Math.floor(now / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    const { currentPrice, position, positionCost, realizedPnl, unrealizedPnl, total } = figures();
    await withDeadline(
      this.#database.query('INSERT IGNORE INTO equity_snapshot VALUES (?)', [
        [
          this.#strategyId,
          new Date(minute * MINUTE_MS),
          currentPrice,
          position,
          positionCost,
          realizedPnl,
          unrealizedPnl,
          total,
        ],
      ]),
      DEADLINE_MS,
      'writing an equity snapshot',
    );
    if (minute - this.#thinnedAt >= 60) {
      this.#thinnedAt = minute;
      await withDeadline(
        this.#database.query(
          `DELETE FROM equity_snapshot WHERE strategy_id = ? AND time < UTC_TIMESTAMP(3) - INTERVAL ? DAY
             AND MINUTE(time) % 15 <> 0`,
          [this.#strategyId, FINE_DAYS],
        ),
        DEADLINE_MS,
        'thinning equity snapshots',
      );
    }
  }
}
