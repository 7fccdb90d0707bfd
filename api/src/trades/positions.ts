import type { DataSource } from 'typeorm';
import { dec, decStr, roundTo, type StrategyView } from '@gridfleet/shared/domain';
import {
  listHoldings,
  MachineStateRepository,
  StrategyRepository,
  viewStored,
  type StoredMachine,
} from '@gridfleet/shared/infra';
import type { Position, StrategyStatus } from '@gridfleet/shared/schema';
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
    const [reports, booked] = await Promise.all([
      this.#reader.statuses(rows),
      listHoldings(manager, { userId }),
    ]);
    const statuses = new Map(reports.map((one) => [one.strategyId, one]));
    const holders = new Set(booked.map(({ strategyId }) => strategyId));
    const holding = rows.filter(
      ({ id }) => holders.has(id) || !dec(statuses.get(id)?.position ?? '0').isZero(),
    );
    const [legs, machines] = await Promise.all([
      strategies.legsOf(holding.map((row) => row.id)),
      new MachineStateRepository(manager).load(holding),
    ]);
    return holding.flatMap((row) => {
      const leg = legs.get(row.id)?.[0];
      const status = statuses.get(row.id);
      if (leg === undefined || status === undefined) return [];
      const machine = machines.get(row.id);
      const held = heldOf(status, machine === undefined ? null : readable(machine));
      const quantity = dec(held.quantity);
      if (quantity.isZero()) return [];
      const { cost } = held;
      return [
        {
          strategyId: row.id,
          strategyName: row.name,
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
  view: StrategyView | null,
): Pick<Position, 'quantity' | 'cost' | 'unrealizedPnl'> {
  if (view === null) return { quantity: position, cost: null, unrealizedPnl };
  const cost = view.positionCost;
  const isAbreast = dec(view.position).eq(position) || currentPrice === null;
  return {
    quantity: view.position,
    cost,
    unrealizedPnl: isAbreast ? unrealizedPnl : decStr(dec(view.position).times(currentPrice).minus(cost)),
  };
}
