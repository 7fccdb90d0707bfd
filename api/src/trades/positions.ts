import type { DataSource } from 'typeorm';
import { dec, decStr, roundTo } from '@gridfleet/shared/domain';
import { StrategyRepository } from '@gridfleet/shared/infra';
import type { Position } from '@gridfleet/shared/schema';
import type { StrategyReader } from '../strategies/strategy-reader.js';

const PRICE_PLACES = 12;

/** What the user's strategies hold, each by its own fills. */
export class Positions {
  readonly #dataSource: DataSource;
  readonly #reader: StrategyReader;

  constructor(dataSource: DataSource, reader: StrategyReader) {
    this.#dataSource = dataSource;
    this.#reader = reader;
  }

  async list(userId: number): Promise<Position[]> {
    const strategies = await this.#reader.named(userId);
    const holding = strategies.filter(({ status }) => !dec(status.position).isZero());
    const ids = holding.map(({ status }) => status.strategyId);
    const [legs, machines] = await Promise.all([
      new StrategyRepository(this.#dataSource.manager).legsOf(ids),
      this.#reader.stored(ids),
    ]);
    return holding.flatMap(({ name, status }) => {
      const { strategyId, position } = status;
      const leg = legs.get(strategyId)?.[0];
      if (leg === undefined) return [];
      const machine = machines.get(strategyId);
      // The status may be a moment ahead of the stored machine: a cost belongs to the quantity it was paid for.
      const isSame = machine !== undefined && dec(machine.figures.position).eq(position);
      const cost = isSame ? machine.positionCost : null;
      return [
        {
          strategyId,
          strategyName: name,
          accountId: leg.accountId,
          market: leg.market,
          quantity: position,
          cost,
          averagePrice:
            cost === null ? null : decStr(roundTo(dec(cost).div(dec(position)).abs(), PRICE_PLACES)),
          currentPrice: status.currentPrice,
          unrealizedPnl: status.unrealizedPnl,
        },
      ];
    });
  }
}
