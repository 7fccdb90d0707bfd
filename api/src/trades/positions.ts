import type { DataSource } from 'typeorm';
import { dec, decStr, roundTo, type StrategyView } from '@gridfleet/shared/domain';
import {
  MachineStateRepository,
  StrategyRepository,
  viewStored,
  type StoredMachine,
} from '@gridfleet/shared/infra';
import type { Position } from '@gridfleet/shared/schema';
import type { StrategyReader } from '../strategies/strategy-reader.js';

const PRICE_PLACES = 12;

/** A machine that this version cannot read has no known cost; its strategy says so itself. */
function readable(machine: StoredMachine): StrategyView | null {
  try {
    return viewStored(machine);
  } catch {
    return null; // logged by the reader of statuses
  }
}

/** What the user's strategies hold, each by its own fills. */
export class Positions {
  readonly #dataSource: DataSource;
  readonly #reader: StrategyReader;

  constructor(dataSource: DataSource, reader: StrategyReader) {
    this.#dataSource = dataSource;
    this.#reader = reader;
  }

  async list(userId: number): Promise<Position[]> {
    const { manager } = this.#dataSource;
    const strategies = new StrategyRepository(manager);
    const rows = await strategies.list(userId, 'all');
    const statuses = new Map((await this.#reader.statuses(rows)).map((one) => [one.strategyId, one]));
    const holding = rows.filter((row) => !dec(statuses.get(row.id)?.position ?? '0').isZero());
    const [legs, machines] = await Promise.all([
      strategies.legsOf(holding.map((row) => row.id)),
      new MachineStateRepository(manager).load(holding),
    ]);
    return holding.flatMap((row) => {
      const leg = legs.get(row.id)?.[0];
      const status = statuses.get(row.id);
      if (leg === undefined || status === undefined) return [];
      const machine = machines.get(row.id);
      const view = machine === undefined ? null : readable(machine);
      // The status may be a moment ahead of the stored machine: a cost belongs to the quantity it was paid for.
      const cost = view !== null && dec(view.position).eq(status.position) ? view.positionCost : null;
      const quantity = dec(status.position);
      return [
        {
          strategyId: row.id,
          strategyName: row.name,
          accountId: leg.accountId,
          market: leg.market,
          quantity: status.position,
          cost,
          averagePrice: cost === null ? null : decStr(roundTo(dec(cost).div(quantity).abs(), PRICE_PLACES)),
          currentPrice: status.currentPrice,
          unrealizedPnl: status.unrealizedPnl,
        },
      ];
    });
  }
}
