import type { DataSource } from 'typeorm';
import { dec, decStr, roundTo } from '@gridfleet/shared/domain';
import { listHoldings, StrategyRepository } from '@gridfleet/shared/infra';
import type { Position, StrategyStatus } from '@gridfleet/shared/schema';
import type { StoredFigures } from '../strategies/stored-figures.js';
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
    const { manager } = this.#dataSource;
    const [strategies, booked] = await Promise.all([
      this.#reader.named(userId),
      listHoldings(manager, { userId }),
    ]);
    const holders = new Set(booked.map(({ strategyId }) => strategyId));
    const holding = strategies.filter(
      ({ status }) => holders.has(status.strategyId) || !dec(status.position).isZero(),
    );
    const ids = holding.map(({ status }) => status.strategyId);
    const [legs, machines] = await Promise.all([
      new StrategyRepository(manager).legsOf(ids),
      this.#reader.stored(ids),
    ]);
    return holding.flatMap(({ name, status }) => {
      const { strategyId } = status;
      const leg = legs.get(strategyId)?.[0];
      if (leg === undefined) return [];
      const held = heldOf(status, machines.get(strategyId) ?? null);
      const quantity = dec(held.quantity);
      if (quantity.isZero()) return [];
      const { cost } = held;
      return [
        {
          strategyId,
          strategyName: name,
          accountId: leg.accountId,
          market: leg.market,
          ...held,
          averagePrice: cost === null ? null : decStr(roundTo(dec(cost).div(quantity).abs(), PRICE_PLACES)),
          currentPrice: status.currentPrice,
        },
      ];
    });
  }
}

/**
 * A node reports once a second and stores with every fill, so that the report of a busy strategy is nearly always behind:
 * the stored machine has the last word, and its quantity goes with its cost.
 */
function heldOf(
  { position, unrealizedPnl, currentPrice }: StrategyStatus,
  stored: StoredFigures | null,
): Pick<Position, 'quantity' | 'cost' | 'unrealizedPnl'> {
  if (stored === null) return { quantity: position, cost: null, unrealizedPnl };
  const { positionCost: cost, figures } = stored;
  const isAbreast = dec(figures.position).eq(position) || currentPrice === null;
  return {
    quantity: figures.position,
    cost,
    unrealizedPnl: isAbreast ? unrealizedPnl : decStr(dec(figures.position).times(currentPrice).minus(cost)),
  };
}
