import type { DataSource } from 'typeorm';
import { heldMarket } from '@gridfleet/shared/domain';
import type { EquityFigures } from '../run/equity-recorder.js';
import { Coalescer } from '../util/coalesce.js';
import { withDeadline } from '../util/deadline.js';

const DEADLINE_MS = 5_000;
/** The strategies of a node report at their own times: what comes within this long is one statement, ms. */
const WINDOW_MS = 100;
const BATCH = 250;

export interface Exposure {
  strategyId: number;
  accountId: number;
  market: string;
  figures: EquityFigures;
  /** Wall clock, ms. */
  at: number;
}

/** Notes what strategies hold and have earned, for the limits of their accounts and of the platform. */
export class ExposureWriter {
  readonly #rows: Coalescer<unknown[], undefined>;

  constructor(database: DataSource) {
    const write = async (rows: readonly unknown[][]): Promise<undefined[]> => {
      await withDeadline(
        database.query(
          `INSERT INTO strategy_exposure
             (strategy_id, account_id, asset, quote, position, position_cost, positions, total_pnl, updated_at)
             VALUES ? ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), asset = VALUES(asset),
               quote = VALUES(quote), total_pnl = VALUES(total_pnl),
               position = IF(updated_at < VALUES(updated_at), VALUES(position), position),
               position_cost = IF(updated_at < VALUES(updated_at), VALUES(position_cost), position_cost),
               positions = IF(updated_at < VALUES(updated_at), VALUES(positions), positions),
               updated_at = GREATEST(updated_at, VALUES(updated_at))`,
          [rows],
        ),
        DEADLINE_MS,
        'writing what strategies hold',
      );
      return rows.map(() => undefined);
    };
    this.#rows = new Coalescer(write, { size: BATCH, windowMs: WINDOW_MS });
  }

  async write({ strategyId, accountId, market, figures, at }: Exposure): Promise<void> {
    const { base, quote } = heldMarket(market);
    const { position, positionCost, positionCount, total } = figures;
    const held = [position, positionCost, positionCount, total];
    await this.#rows.ask([strategyId, accountId, base, quote, ...held, new Date(at)]);
  }
}
