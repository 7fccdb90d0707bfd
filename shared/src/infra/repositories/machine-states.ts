import type { EntityManager } from 'typeorm';
import type { DecimalString } from '../../domain/numbers/decimal.js';
import { StrategyStateEntity } from '../database/entities/strategy.js';
import { trimmed } from '../database/entities/columns.js';
import type { StoredMachine } from '../status/stored-machine.js';

export interface FillSummary {
  fills: number;
  /** Price of the newest fill, null without fills. */
  lastPrice: DecimalString | null;
}

interface StateRow {
  strategy_id: number;
  kind: string;
  /** Null when the revision is missing. */
  params: string | null;
  context: string;
  header: string;
}

interface SlotOfState {
  strategy_id: number;
  slot: number;
  state: string;
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
  async load(strategyIds: readonly number[]): Promise<Map<number, StoredMachine>> {
    const machines = new Map<number, StoredMachine>();
    if (strategyIds.length === 0) return machines;
    const states: StateRow[] = await this.#manager.query(
      `SELECT t.strategy_id, s.kind, IF(t.revision = s.revision, s.params, r.params) AS params, t.context, t.header
         FROM strategy_state t
         JOIN strategy s ON s.id = t.strategy_id
         LEFT JOIN strategy_revision r ON r.strategy_id = t.strategy_id AND r.revision = t.revision
        WHERE t.strategy_id IN (?)`,
      [[...strategyIds]],
    );
    if (states.length === 0) return machines;
    const slots: SlotOfState[] = await this.#manager.query(
      'SELECT strategy_id, slot, state FROM slot WHERE strategy_id IN (?) ORDER BY strategy_id, leg, market, position_side, slot',
      [states.map((row) => row.strategy_id)],
    );
    const slotsOf = new Map<number, SlotOfState[]>(states.map((row) => [row.strategy_id, []]));
    for (const slot of slots) slotsOf.get(slot.strategy_id)?.push(slot);
    for (const { strategy_id: id, kind, params, context, header } of states) {
      if (params === null) throw new Error(`strategy ${id} lacks the revision its machine belongs to`);
      machines.set(id, { kind, params, state: { context, header }, slots: slotsOf.get(id) ?? [] });
    }
    return machines;
  }

  /** A number for each machine that changes with whatever changes the machine or its fills. */
  async versions(strategyIds: readonly number[]): Promise<Map<number, string>> {
    if (strategyIds.length === 0) return new Map();
    const rows: { strategy_id: number; version: string }[] = await this.#manager.query(
      'SELECT strategy_id, version FROM strategy_state WHERE strategy_id IN (?)',
      [[...strategyIds]],
    );
    return new Map(rows.map((row) => [row.strategy_id, row.version]));
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
}
