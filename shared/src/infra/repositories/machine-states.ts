import { In, type EntityManager } from 'typeorm';
import type { DecimalString } from '../../domain/numbers/decimal.js';
import {
  SlotRowEntity,
  StrategyRevisionEntity,
  StrategyStateEntity,
  type StrategyRow,
} from '../database/entities/strategy.js';
import { trimmed } from '../database/entities/columns.js';
import type { StoredMachine } from '../status/stored-machine.js';

export interface FillSummary {
  fills: number;
  /** Price of the newest fill, null without fills. */
  lastPrice: DecimalString | null;
}

interface SummaryRow {
  strategy_id: number;
  fills: string;
  price: string;
}

/** Machines as they are stored. */
export class MachineStateRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** Machines of the strategies that have been started at least once, with the params of their own revision. */
  async load(
    strategies: readonly Pick<StrategyRow, 'id' | 'kind' | 'params' | 'revision'>[],
  ): Promise<Map<number, StoredMachine>> {
    const machines = new Map<number, StoredMachine>();
    if (strategies.length === 0) return machines;
    const states = await this.#manager.findBy(StrategyStateEntity, {
      strategyId: In(strategies.map((strategy) => strategy.id)),
    });
    if (states.length === 0) return machines;
    const started = In(states.map((state) => state.strategyId));
    const slots = await this.#manager.find(SlotRowEntity, {
      select: { strategyId: true, leg: true, market: true, positionSide: true, slot: true, state: true },
      where: { strategyId: started },
    });
    const bySlot = new Map<number, typeof slots>(states.map((state) => [state.strategyId, []]));
    for (const slot of slots) bySlot.get(slot.strategyId)?.push(slot);
    const byId = new Map(strategies.map((strategy) => [strategy.id, strategy]));
    for (const state of states) {
      const strategy = byId.get(state.strategyId);
      if (strategy === undefined) continue;
      const params =
        state.revision === strategy.revision
          ? strategy.params
          : await this.#paramsOf(strategy.id, state.revision);
      const rows = bySlot.get(strategy.id) ?? [];
      machines.set(strategy.id, { kind: strategy.kind, params, state, slots: rows });
    }
    return machines;
  }

  async hasState(strategyId: number): Promise<boolean> {
    return this.#manager.existsBy(StrategyStateEntity, { strategyId });
  }

  /** Number of fills and price of the newest one; strategies without fills are absent. */
  async fillSummaries(strategyIds: readonly number[]): Promise<Map<number, FillSummary>> {
    if (strategyIds.length === 0) return new Map();
    const rows: SummaryRow[] = await this.#manager.query(
      `SELECT t.strategy_id, t.fills, f.price
         FROM (SELECT strategy_id, COUNT(*) AS fills, MAX(id) AS newest
                 FROM fill WHERE strategy_id IN (?) GROUP BY strategy_id) t
         JOIN fill f ON f.id = t.newest`,
      [[...strategyIds]],
    );
    return new Map(
      rows.map((row) => [
        row.strategy_id,
        { fills: Number(row.fills), lastPrice: String(trimmed(row.price)) },
      ]),
    );
  }

  async #paramsOf(strategyId: number, revision: number): Promise<string> {
    const row = await this.#manager.findOneByOrFail(StrategyRevisionEntity, { strategyId, revision });
    return row.params;
  }
}
